"""Steady tones that real clients say, and that tell who is heard."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final

import numpy as np

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Frame, Samples

AMPLITUDE: Final = 8_000
PACKET_HZ: Final = round(1 / FRAME_SECONDS)
"""Tones of a multiple of it are the same in each frame of 20 ms."""


class Tone:
    """A source that never pauses."""

    def __init__(self, hz: int = 400, *, hears_while_muted: bool = False) -> None:
        """
        Args:
            hz: a multiple of 50, so that a frame can be repeated.
            hears_while_muted: it is asked for frames as soon as it may speak.
        """
        self.hears_while_muted = hears_while_muted
        at = np.arange(FRAME) / RATE
        self._frame: Frame = (AMPLITUDE * np.sin(2 * np.pi * hz * at)).astype(np.int16)

    async def open(self) -> None:
        """Nothing to open."""

    async def frames(self) -> AsyncIterator[Frame]:
        """Each when it is due."""
        loop = asyncio.get_running_loop()
        begin, sent = loop.time(), 0
        while True:
            yield self._frame
            sent += 1
            await asyncio.sleep(max(0.0, begin + sent * FRAME_SECONDS - loop.time()))

    async def close(self) -> None:
        """Nothing to close."""


class TonesHeard:
    """Says whose tone is in a frame."""

    def __init__(self, tones: Mapping[str, int]) -> None:
        """
        Args:
            tones: names, and the frequency of each in Hz, multiples of 50.
        """
        self._names = list(tones)
        at = np.arange(FRAME) / RATE
        waves = np.exp(-2j * np.pi * np.outer(list(tones.values()), at)) * 2 / FRAME
        self._waves = waves.astype(np.complex64)

    def of(self, frame: Samples) -> list[str]:
        """Whose is at least an eighth as loud as it was said; shorter pieces hold none.

        Args:
            frame: shape (960,), 48 kHz.
        """
        if frame.size != FRAME or not frame.any():
            return []
        loud = np.abs(self._waves @ frame.astype(np.float32)) > AMPLITUDE / 8
        return [name for name, is_heard in zip(self._names, loud, strict=True) if is_heard]
