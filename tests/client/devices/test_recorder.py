"""A file as the loudspeaker."""

import asyncio

import numpy as np
import pytest

from tests.support.speech import read_wav
from tests.support.virtual_time import VirtualLoop, run_virtual
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.frames import FRAME
from tui_rooms.client.devices.recorder import RecorderSink


async def record(path, seconds, *, late_at=None, short_at=None):
    """Record frames that hold their own number; the times at which they were asked for."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    times = []

    def next_frame(now):
        times.append(round(now, 6))
        if len(times) == late_at:
            loop.fall_asleep(0.1)
        return np.full(FRAME // 4 if len(times) == short_at else FRAME, len(times), np.int16)

    sink = RecorderSink(path, seconds=seconds)
    await sink.open()
    await sink.play(next_frame)
    await sink.finished()
    assert sink.complete
    return times


def test_a_recording_has_exactly_the_seconds_that_were_asked_for(tmp_path):
    """Also when they are no whole number of frames."""
    run_virtual(record(tmp_path / "out.wav", 0.5125))
    assert read_wav(tmp_path / "out.wav").size == 24_600


def test_a_late_wake_up_catches_up(tmp_path):
    """The wall clock decides: after 100 ms asleep all that is due is asked for at once."""
    times = run_virtual(record(tmp_path / "out.wav", 0.2, late_at=2))
    assert times == [0.02, 0.04, 0.14, 0.14, 0.14, 0.14, 0.14, 0.16, 0.18, 0.2]
    numbers = read_wav(tmp_path / "out.wav")[::FRAME]
    assert numbers.tolist() == list(range(1, 11))


def test_after_less_than_a_frame_the_next_is_asked_for_sooner(tmp_path):
    """A quarter of a frame is 5 ms; nothing of the recording is missing for it."""
    times = run_virtual(record(tmp_path / "out.wav", 0.1, short_at=2))
    assert times == [0.02, 0.04, 0.045, 0.065, 0.085, 0.105]
    samples = read_wav(tmp_path / "out.wav")
    assert samples.size == 4_800
    assert np.bincount(samples).tolist() == [0, 960, 240, 960, 960, 960, 720]


async def test_a_recording_that_is_closed_early_keeps_what_it_has(tmp_path):
    """The room ended: what was heard is in the file, and whoever waits goes on."""
    sink = RecorderSink(tmp_path / "out.wav", seconds=60)
    await sink.open()
    heard = asyncio.Event()

    def next_frame(_now):
        heard.set()
        return np.ones(FRAME, np.int16)

    playing = asyncio.create_task(sink.play(next_frame))
    await asyncio.wait_for(heard.wait(), 5)
    await sink.close()
    await asyncio.wait_for(sink.finished(), 5)
    await asyncio.wait_for(playing, 5)
    assert not sink.complete
    assert read_wav(tmp_path / "out.wav").size % FRAME == 0
    assert read_wav(tmp_path / "out.wav").any()


async def test_a_file_that_cannot_be_written_is_told_at_once(tmp_path):
    """A wrong suffix or a missing directory is not found out an hour later."""
    for name in ("out.mp3", "nowhere/out.wav"):
        with pytest.raises(AudioFileError, match="cannot write"):
            await RecorderSink(tmp_path / name, seconds=1).open()
