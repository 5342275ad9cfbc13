"""A file that is read by a thread of its own."""

import asyncio
import os
import threading
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from tests.client.sounds import tone
from tests.support.speech import write_wav
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.frames import FRAME
from tui_rooms.client.devices import read_ahead
from tui_rooms.client.devices.read_ahead import AHEAD, ReadAhead

SECONDS = 10.0
"""A limit, not an expectation."""


def reader(path: Path, *, again: bool = False) -> ReadAhead:
    """One whose remarks nobody wants."""
    return ReadAhead(path, again=again, on_remark=lambda sentence: None)


async def test_no_more_than_a_second_is_read_ahead(tmp_path: Path):
    """However long the file is; what is taken is read again, and then it is over."""
    write_wav(tmp_path / "long.wav", tone(440, 3.0))
    ahead = reader(tmp_path / "long.wav")
    await ahead.begin()
    assert len(ahead._frames) == AHEAD
    taken = []
    async with asyncio.timeout(SECONDS):
        while not ahead.over:
            frame = ahead.take()
            if frame is None:
                await asyncio.sleep(0)
            else:
                taken.append(frame)
    assert np.array_equal(np.concatenate(taken), tone(440, 3.0))
    assert ahead.take() is None


async def test_whoever_is_told_to_wait_no_more_does_not_wait_for_a_pipe(tmp_path: Path):
    """Nobody opens its other end: the loop goes on, a cancelled `begin` ends at once, and so does
    the thread."""
    os.mkfifo(tmp_path / "pipe.wav")
    ahead = reader(tmp_path / "pipe.wav")
    beginning = asyncio.create_task(ahead.begin())
    for _ in range(100):
        await asyncio.sleep(0)
    assert not beginning.done()
    thread = next(each for each in threading.enumerate() if "pipe.wav" in each.name)
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    ahead.close()
    await asyncio.to_thread(thread.join, SECONDS)
    assert not thread.is_alive()


async def test_a_reader_that_is_ahead_ends_when_it_is_closed(tmp_path: Path):
    """It waits for somebody to take a frame; nobody will."""
    write_wav(tmp_path / "long.wav", tone(440, 3.0))
    ahead = reader(tmp_path / "long.wav", again=True)
    await ahead.begin()
    thread = next(each for each in threading.enumerate() if "long.wav" in each.name)
    ahead.close()
    ahead.close()
    await asyncio.to_thread(thread.join, SECONDS)
    assert not thread.is_alive()


class Decoder:
    """Gives some frames, and then fails as nobody has foreseen."""

    def __init__(self, frames: int) -> None:
        self._frames = frames

    def __call__(self, *_path, **_options):
        yield from repeat(np.ones(FRAME, np.int16), self._frames)
        raise ZeroDivisionError("a bug of a decoder")


@pytest.mark.parametrize("frames", [0, 5])
async def test_whatever_a_decoder_throws_is_a_failure_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, frames: int
):
    """At once where there was no sound, else after what there was: never an end like any other."""
    monkeypatch.setattr(read_ahead, "read_frames", Decoder(frames))
    write_wav(tmp_path / "said.wav", tone(440, 0.1))
    ahead = reader(tmp_path / "said.wav")
    expected = r"cannot read '.*said\.wav': its decoder failed unexpectedly \(ZeroDivisionError\)"
    taken = 0

    async def take_all() -> None:
        nonlocal taken
        await ahead.begin()
        while ahead.take() is not None:
            taken += 1

    with pytest.raises(AudioFileError, match=expected) as failed:
        await take_all()
    assert failed.value.code == "unreadable-file"
    assert "a bug of a decoder" in caplog.text
    assert taken == frames
