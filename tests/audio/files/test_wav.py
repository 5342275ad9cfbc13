"""Headers of .wav, short and long."""

import os
import struct
import wave
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from tui_rooms.audio.files.wav import LONGEST, WavFile, header
from tui_rooms.audio.frames import RATE

DAY = 24 * 3600 * RATE


def test_a_length_that_is_known_to_fit_gets_the_plain_header():
    """The 44 bytes that every tool knows, also those that count on them."""
    head = header(960, may_be_long=False)
    assert len(head) == 44
    with wave.open(BytesIO(head + bytes(1_920))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (RATE, 1, 960)


def test_room_for_a_long_length_keeps_nobody_from_reading_a_short_file():
    """Readers pass over a chunk that they do not know."""
    head = header(960, may_be_long=True)
    with wave.open(BytesIO(head + bytes(1_920))) as file:
        assert file.getnframes() == 960


def test_a_header_never_changes_its_size():
    """It is written over again and again, and sound follows at once."""
    sizes = {len(header(samples, may_be_long=True)) for samples in (0, 960, DAY, 10 * DAY)}
    assert len(sizes) == 1


@pytest.mark.parametrize("may_be_long", [False, True])
def test_the_longest_plain_file_is_still_plain(may_be_long: bool):
    """4 GiB less a header: the last whole second of it, and not one more with room for RF64."""
    assert header(LONGEST * RATE, may_be_long=may_be_long)[:4] == b"RIFF"
    assert header((LONGEST + 1) * RATE, may_be_long=True)[:4] == b"RF64"


def test_beyond_4_gib_the_header_tells_the_true_length():
    """RF64's chunk has 64 bits for each length; those of 32 say that it is there."""
    head = header(DAY, may_be_long=True)
    assert head[:20] == struct.pack("<4sI4s4sI", b"RF64", 0xFFFF_FFFF, b"WAVE", b"ds64", 28)
    whole, data, samples = struct.unpack_from("<QQQ", head, 20)
    assert (whole, data, samples) == (len(head) - 8 + 2 * DAY, 2 * DAY, DAY)


@pytest.mark.parametrize("seconds", [None, 24 * 3600.0])
def test_a_file_that_grows_beyond_4_gib_can_be_read_to_its_end(
    tmp_path: Path, seconds: float | None
):
    """FFmpeg finds its length and its last sample. The middle is a hole in the disk."""
    path = tmp_path / "long.wav"
    file = WavFile(path, seconds)
    begin = LONGEST * RATE
    os.truncate(path, path.stat().st_size + 2 * begin)
    file._samples = begin
    file.checkpoint()
    with path.open("rb") as written:
        assert written.read(4) == b"RIFF"
    loud = np.full(2 * RATE, 7_000, np.int16)
    file.write(loud)
    file.close()
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert float(stream.duration * stream.time_base) == LONGEST + 2
        container.seek(int((LONGEST + 1) / stream.time_base), stream=stream)
        heard = np.concatenate([part.to_ndarray()[0] for part in container.decode(stream)])
    assert (heard[-RATE:] == 7_000).all()
    assert heard.size <= 2 * RATE + 4_096
