"""A file as the microphone."""

import asyncio
import contextlib
import os

import numpy as np
import pytest

from tests.client.sounds import tone
from tests.support.sound_files import write_channels
from tests.support.speech import write_wav
from tests.support.virtual_time import VirtualLoop, run_virtual
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.writing import FrameWriter
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


async def test_a_failure_is_told_once_to_who_waits_for_the_end(ramp):
    """Whoever speaks it hears of it from `finished`, and the room need not say it again."""
    source = FileSource(ramp, loop=True)
    await source.open()
    waiting = asyncio.create_task(source.finished())
    await asyncio.sleep(0)
    ramp.unlink()  # which is found out when it is to begin again
    async for _ in source.frames():
        pass
    with pytest.raises(AudioFileError, match=r"ramp\.wav': No such file"):
        await waiting


async def test_a_failure_that_nobody_waits_for_is_told_to_who_takes_the_frames(ramp):
    """So that the room can say it."""
    source = FileSource(ramp, loop=True)
    await source.open()
    ramp.unlink()
    with pytest.raises(AudioFileError, match=r"ramp\.wav': No such file"):
        async for _ in source.frames():
            pass


async def test_whoever_stops_taking_frames_has_not_finished(ramp):
    """An encoder that fails, for instance: the rest was not said."""
    source = FileSource(ramp)
    await source.open()
    async with contextlib.aclosing(source.frames()) as frames:
        await anext(frames)
    with pytest.raises(AudioFileError, match=r"the rest of '.*' is not said") as unfinished:
        await source.finished()
    assert unfinished.value.code == "unfinished-file"


async def test_a_source_that_is_closed_has_finished(ramp):
    """The room has ended, and says so itself."""
    source = FileSource(ramp)
    await source.open()
    await source.close()
    await asyncio.wait_for(source.finished(), 5)
    assert [frame async for frame in source.frames()] == []


async def test_a_pipe_that_pauses_is_silence_and_nothing_of_it_is_lost(tmp_path):
    """The speaker is silent for so long, and then says the rest."""
    with FrameWriter(tmp_path / "whole.opus") as writer:
        writer.write(tone(440, 1.2))
    octets = (tmp_path / "whole.opus").read_bytes()
    pipe = tmp_path / "pipe.opus"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    last_page = octets.rindex(b"OggS")
    os.write(end, octets[:last_page])
    source, heard, silent = FileSource(pipe), 0, 0
    await source.open()
    async for frame in source.frames():
        heard += bool(frame.any())
        silent += not frame.any()
        if silent == 3 and end >= 0:
            os.write(end, octets[last_page:])
            os.close(end)
            end = -1
    assert silent >= 3
    assert heard == 60
    await source.finished()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_is_odd_about_a_file_is_told_once_to_who_listens(tmp_path, when):
    """However often it begins again, and whenever somebody begins to listen."""
    file = write_channels(tmp_path / "opposite.wav", [tone(440, 0.5), -tone(440, 0.5)])
    source, notices = FileSource(file, loop=True), []
    if when == "before":
        source.tell(notices.append)
    await source.open()
    if when == "after":
        source.tell(notices.append)
    frames = source.frames()
    for _ in range(60):
        await anext(frames)
    await source.close()
    assert ["cancel each other out" in notice for notice in notices] == [True]
