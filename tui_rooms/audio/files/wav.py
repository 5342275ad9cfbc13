"""Writing .wav: 48 kHz mono, 16 bits; playable at any moment, and longer than 4 GiB if need be.

A plain header has 32 bits for lengths. Where that may not be enough, room is left in it for the
64 bits of RF64 (EBU Tech 3306), which then takes its place: until it is needed every player reads
the file, and then those that know RF64.
"""

import struct
from pathlib import Path
from typing import Final

from tui_rooms.audio.files.output import Output
from tui_rooms.audio.frames import RATE, Samples

_WIDTH: Final = 2
"""Bytes of a sample."""
_UNKNOWN: Final = 0xFFFF_FFFF
"""The length of what never ends, and of what stands in ds64."""
_FORM: Final = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * _WIDTH, _WIDTH, 16)
_PLAIN: Final = 44
"""Bytes of a plain header."""
_ROOM: Final = struct.pack("<4sI28x", b"JUNK", 28)
"""What readers pass over; ds64 has the same length."""
LONGEST: Final = (_UNKNOWN - _PLAIN - len(_ROOM)) // (RATE * _WIDTH)
"""Seconds that a plain header can tell: 12 hours and 25 minutes."""


class WavFile:
    """One that is being written.

    Args:
        path: an existing file is replaced.
        seconds: how long it will be at most; None when nobody knows.

    Raises:
        OSError: it cannot be written; so do all its methods.
    """

    def __init__(self, path: Path, seconds: float | None) -> None:
        self._may_be_long = seconds is None or seconds > LONGEST
        self._samples = 0
        self._output = Output(path)
        try:
            self._output.write(self._header())
        except OSError:
            self._output.close()
            raise

    def write(self, samples: Samples) -> None:
        """Append samples of shape (n,)."""
        self._output.write(samples.astype("<i2", copy=False).tobytes())
        self._samples += samples.size

    def checkpoint(self) -> None:
        """Let the header tell of all that was written."""
        if not self._output.is_stream:
            self._output.write_beginning(self._header())

    def close(self) -> None:
        """Finish it."""
        try:
            self.checkpoint()
        finally:
            self._output.close()

    def _header(self) -> bytes:
        return header(
            self._samples, may_be_long=self._may_be_long, is_stream=self._output.is_stream
        )


def header(samples: int, *, may_be_long: bool, is_stream: bool = False) -> bytes:
    """All before the first sample.

    Args:
        samples: how many there are.
        may_be_long: whether room is left for long lengths; the same from the first to the last.
        is_stream: whether it cannot be replaced later: then the length is unknown for ever.
    """
    size = samples * _WIDTH
    room = _ROOM if may_be_long and not is_stream else b""
    whole = _PLAIN + len(room) + size - 8
    if is_stream:
        return b"RIFF" + _length(_UNKNOWN) + b"WAVE" + _FORM + b"data" + _length(_UNKNOWN)
    if whole > _UNKNOWN:
        long = struct.pack("<4sIQQQI", b"ds64", 28, whole, size, samples, 0)
        return b"RF64" + _length(_UNKNOWN) + b"WAVE" + long + _FORM + b"data" + _length(_UNKNOWN)
    return b"RIFF" + _length(whole) + b"WAVE" + room + _FORM + b"data" + _length(size)


def _length(size: int) -> bytes:
    return struct.pack("<I", size)
