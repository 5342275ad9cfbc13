"""Writing .opus: Ogg Opus (RFC 7845), mono, with a page each second, so that it can be played
at any moment."""

import secrets
import struct
from pathlib import Path
from typing import Final

import numpy as np

from tui_rooms.audio.files import ogg
from tui_rooms.audio.files.output import Output
from tui_rooms.audio.frames import FRAME, RATE, Samples
from tui_rooms.audio.opus.codec import OpusEncoder

_BITRATE: Final = 64_000
"""A recording holds a mix of voices: more than one of them is sent with."""
_PAGE: Final = RATE // FRAME
"""Packets of a page at most: a second, which is what one damaged byte costs."""
_VENDOR: Final = b"tui-rooms"
_EMPTY: Final = np.empty(0, np.int16)


class OpusFile:
    """One that is being written.

    Args:
        path: an existing file is replaced.

    Raises:
        OSError: it cannot be written; so do all its methods.
        CodecError: there is no libopus.
    """

    def __init__(self, path: Path) -> None:
        self._encoder = OpusEncoder(_BITRATE, dtx=False)
        self._skip = self._encoder.lookahead
        self._held = _EMPTY
        """Less than a frame."""
        self._written = 0
        """Samples."""
        self._encoded = 0
        """Samples in packets, with those that decoders skip at the beginning."""
        self._packets: list[bytes] = []
        """Of the page to come."""
        self._segments = 0
        self._serial = secrets.randbits(32)
        self._pages = 0
        self._output = Output(path)
        try:
            head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, self._skip, RATE, 0, 0)
            self._page([head], granule=0, flags=ogg.BEGIN)
            tags = struct.pack(f"<8sI{len(_VENDOR)}sI", b"OpusTags", len(_VENDOR), _VENDOR, 0)
            self._page([tags], granule=0)
        except OSError:
            self._output.close()
            raise

    def write(self, samples: Samples) -> None:
        """Append samples of shape (n,)."""
        self._written += samples.size
        held = np.concatenate((self._held, samples)) if self._held.size else samples
        whole = held.size // FRAME * FRAME
        for frame in held[:whole].reshape(-1, FRAME):
            self._encode(frame)
        self._held = held[whole:]

    def checkpoint(self) -> None:
        """Write the page of what was encoded since the last one."""
        if self._packets:
            self._page(self._packets, granule=self._encoded)
            self._packets, self._segments = [], 0

    def close(self) -> None:
        """Finish it, to the sample."""
        try:
            end = self._skip + self._written
            while self._written and self._encoded < end:
                frame = np.zeros(FRAME, np.int16)
                frame[: self._held.size], self._held = self._held, _EMPTY
                self._encode(frame)
            self._page(self._packets, granule=end if self._written else 0, flags=ogg.END)
        finally:
            self._output.close()

    def _encode(self, frame: Samples) -> None:
        packet = self._encoder.encode(frame)
        is_full = self._segments + ogg.segments(packet) > ogg.MOST_SEGMENTS
        if is_full or len(self._packets) == _PAGE:
            self.checkpoint()
        self._packets.append(packet)
        self._segments += ogg.segments(packet)
        self._encoded += FRAME

    def _page(self, packets: list[bytes], *, granule: int, flags: int = 0) -> None:
        page = ogg.page(
            packets, granule=granule, serial=self._serial, number=self._pages, flags=flags
        )
        self._pages += 1
        self._output.write(page)
