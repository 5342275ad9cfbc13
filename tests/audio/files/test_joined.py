"""Joined files told apart."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.files import ogg
from tui_rooms.audio.files.joined import JoinedFile

WAV = b"RIFF\x10\0\0\0WAVEfmt and samples "
FLAC = b"fLaC\0\0\0\x22 and frames "
OTHER = b"ID3 with RIFF....WAVE and fLaC\0\0\0\x22 inside"


def _ogg(*flags: int) -> bytes:
    return b"".join(
        ogg.page([b"sound"], granule=0, serial=1, number=number, flags=flag)
        for number, flag in enumerate(flags)
    )


def parts(whole: bytes, step: int, size: int) -> list[bytes]:
    """What is read of each file, where the whole comes in pieces of `step` bytes."""
    source = io.BytesIO(whole)
    file = JoinedFile("name", lambda asked: source.read(min(asked, step)))
    found = []
    while True:
        found.append(b"".join(iter(lambda: file.read(size), b"")))
        if not file.go_on():
            return found


@pytest.mark.parametrize(
    "files",
    [
        [WAV, WAV + b"longer", WAV],
        [FLAC, FLAC],
        [_ogg(2, 0, 0, 4), _ogg(2, 0, 4)],
        [OTHER],
        [b""],
        [b"RI"],
    ],
)
@given(step=st.integers(1, 100), size=st.integers(1, 100))
def test_each_file_ends_where_the_next_begins(files: list[bytes], step: int, size: int):
    """However the bytes come, and however many are asked for."""
    assert parts(b"".join(files), step, size) == files


def test_streams_that_begin_together_are_one_file():
    """Ogg with pictures and sound has two first pages, one behind the other."""
    film = _ogg(2, 2, 0, 0, 4, 4)
    assert parts(film + film, 50, 50) == [film, film]


def test_what_was_not_read_of_a_file_is_passed_over():
    """A decoder may have enough before its end."""
    source = io.BytesIO(WAV + FLAC + WAV + b"second")
    file = JoinedFile("name", source.read)
    assert file.read(4) == b"RIFF"
    assert file.go_on()
    assert b"".join(iter(lambda: file.read(7), b"")) == WAV + b"second"
    assert not file.go_on()
