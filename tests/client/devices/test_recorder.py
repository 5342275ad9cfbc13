"""A file as the loudspeaker."""

import asyncio
import contextlib
import resource

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


async def test_a_failure_is_told_once_to_who_waits_for_the_end(tmp_path):
    """No more fits: whoever records hears of it from `finished`, and the room need not say it
    again."""
    sink = RecorderSink(tmp_path / "out.wav", seconds=60)
    await sink.open()
    waiting = asyncio.create_task(sink.finished())
    await asyncio.sleep(0)
    with _room_for(5_000):
        await sink.play(_ones)
    with pytest.raises(AudioFileError, match="File too large"):
        await waiting


async def test_a_failure_that_nobody_waits_for_is_told_to_who_plays(tmp_path):
    """So that the room can say it."""
    sink = RecorderSink(tmp_path / "out.wav", seconds=60)
    await sink.open()
    with _room_for(5_000), pytest.raises(AudioFileError, match="File too large"):
        await sink.play(_ones)


async def test_sound_that_fails_is_no_recording_that_is_finished(tmp_path):
    """Whatever a decoder throws while a frame is made; what came before is in the file."""
    sink = RecorderSink(tmp_path / "out.wav", seconds=60)
    await sink.open()
    frames = iter([np.ones(FRAME, np.int16)] * 3)

    def next_frame(_now):
        frame = next(frames, None)
        if frame is None:
            raise ZeroDivisionError("a bug of a decoder")
        return frame

    with pytest.raises(ZeroDivisionError):
        await sink.play(next_frame)
    with pytest.raises(AudioFileError, match="ends before its time") as unfinished:
        await sink.finished()
    assert unfinished.value.code == "unfinished-file"
    await sink.close()
    assert read_wav(tmp_path / "out.wav").tolist() == [1] * 3 * FRAME


async def test_a_recording_can_be_finished_without_waiting(tmp_path):
    """Before anything else at a sudden end; closing it afterwards changes nothing, nor does the
    frame that was due."""
    sink = RecorderSink(tmp_path / "out.wav", seconds=60)
    await sink.open()
    playing = asyncio.create_task(sink.play(_ones))
    await asyncio.sleep(0)
    sink.finish()
    await playing
    await sink.close()
    await sink.open()
    await sink.finished()
    assert read_wav(tmp_path / "out.wav").size == 0


def _ones(_now):
    return np.ones(FRAME, np.int16)


@contextlib.contextmanager
def _room_for(size):
    """Files of this process take no more bytes than that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
