"""Comfort noise: what is heard of a speaker's room while they pause and nothing is sent.

A line that falls dead between two sentences sounds broken. So the noise of the quietest moments
goes on for a while, and fades: whoever has muted is silent soon.
"""

from typing import Final

import numpy as np

from tui_rooms.audio.frames import RATE, Samples
from tui_rooms.audio.levels import FLOOR_DBFS, FULL_SCALE, level_dbfs

_LOUDEST_DBFS: Final = -50.0
"""A louder room is left out: its noise is more than comfort."""
_RISE_DB: Final = 0.04
"""A frame: 2 dB a second. A quieter moment is believed at once."""
_INAUDIBLE_DBFS: Final = -80.0
_NOISE_RMS: Final = 1_000.0
_FADE: Final = 4 * RATE
"""Samples in which it fades."""


def _room_noise() -> Samples:
    """A second of noise with an RMS of `_NOISE_RMS`, duller than white: rooms are."""
    white = np.random.default_rng(1).normal(0.0, 1.0, RATE + 15)
    dull = np.convolve(white, np.hanning(16), mode="valid")
    noise: Samples = np.rint(dull * (_NOISE_RMS / dull.std())).astype(np.int16)
    return noise


_NOISE: Final = _room_noise()


class ComfortNoise:
    """Of one speaker."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Another speaker follows."""
        self._floor = 0.0
        self._made = 0
        self._at = 0

    def heard(self, samples: Samples) -> None:
        """Take decoded sound, shape (n,) with n > 0: the quietest of it is the room."""
        self._floor = min(level_dbfs(samples), self._floor + _RISE_DB)
        self._made = 0

    def make(self, count: int) -> Samples:
        """The next `count` samples of a pause, at most a second."""
        level = self._floor if self._floor <= _LOUDEST_DBFS else FLOOR_DBFS
        fade = max(0.0, 1 - self._made / _FADE)
        self._made += count
        if level < _INAUDIBLE_DBFS or not fade:
            return np.zeros(count, np.int16)
        self._at = (self._at + count) % (RATE - count)
        gain = fade * 10 ** (level / 20) * FULL_SCALE / _NOISE_RMS
        noise: Samples = np.rint(_NOISE[self._at : self._at + count] * gain).astype(np.int16)
        return noise
