"""A file as the microphone."""

import asyncio

import numpy as np
import pytest

from tests.support.speech import write_wav
from tests.support.virtual_time import VirtualLoop, run_virtual
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.frames import FRAME
from tui_rooms.client.devices.file_source import FileSource

RAMP = np.arange(10 * FRAME, dtype=np.int16)


async def collect(source, *, late_at=None, limit=None):
    """Frames and the times at which they came; falls asleep for 100 ms at one of them."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    frames, times = [], []
    async for frame in source.frames():
        times.append(round(loop.time(), 6))
        frames.append(frame)
        if len(frames) == late_at:
            loop.fall_asleep(0.1)
        if len(frames) == limit:
            break
    return np.concatenate(frames), times


@pytest.fixture
def ramp(tmp_path):
    write_wav(tmp_path / "ramp.wav", RAMP)
    return tmp_path / "ramp.wav"


def test_each_frame_comes_when_it_is_due(ramp):
    """20 ms apart by the clock, the first at once, nothing left out."""

    async def play():
        source = FileSource(ramp)
        await source.open()
        return await collect(source)

    samples, times = run_virtual(play())
    assert np.array_equal(samples, RAMP)
    assert times == [round(0.02 * number, 6) for number in range(10)]


def test_a_late_wake_up_is_made_up_for_and_nothing_drifts(ramp):
    """After 100 ms asleep five frames follow at once, then all are on time again."""

    async def play():
        source = FileSource(ramp)
        await source.open()
        return await collect(source, late_at=2)

    samples, times = run_virtual(play())
    assert np.array_equal(samples, RAMP)
    assert times == [0.0, 0.02, 0.12, 0.12, 0.12, 0.12, 0.12, 0.14, 0.16, 0.18]


def test_a_looped_file_begins_again_without_a_gap(ramp):
    """The frame after the last is the first, 20 ms later."""

    async def play():
        source = FileSource(ramp, loop=True)
        await source.open()
        return await collect(source, limit=15)

    samples, times = run_virtual(play())
    assert np.array_equal(samples, np.concatenate([RAMP, RAMP[: 5 * FRAME]]))
    assert times[-1] == pytest.approx(0.28)


async def test_finished_waits_for_the_last_frame(ramp):
    """`speak` leaves when all has been said, not before."""
    source = FileSource(ramp)
    await source.open()
    waiting = asyncio.create_task(source.finished())
    async for _ in source.frames():
        assert not waiting.done()
    await asyncio.wait_for(waiting, 5)


async def test_an_unreadable_file_is_told_before_anything_is_sent(tmp_path):
    """Opening finds out, and the sentence names the file."""
    missing = tmp_path / "missing.wav"
    with pytest.raises(AudioFileError, match=r"missing\.wav"):
        await FileSource(missing).open()
