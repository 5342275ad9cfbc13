"""Adds voices up, and keeps many at once from clipping."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tui_rooms.audio.frames import FRAME, Samples

Loud: TypeAlias = Samples | NDArray[np.int32]
"""A frame, or one that may be louder than a frame can hold."""

THRESHOLD: Final = 26_000
"""Peak (−2 dBFS) up to which a sum passes as it is."""
_FULL: Final = 32_767.0
_ATTACK: Final = 48
"""Samples (1 ms) in which the limiter turns down at the fastest."""
_RELEASE: Final = 1.06
"""The limiter turns up by this factor (0.5 dB) a frame."""


def at_volume(frame: Samples, before: float, gain: float) -> Loud:
    """A frame made louder or quieter, the same one at full volume.

    Args:
        frame: shape (n,).
        before: factor of the frame before: it changes within this one, without a click.
        gain: factor from the end of this frame on.
    """
    if before == gain == 1.0:
        return frame
    return np.rint(frame * np.linspace(before, gain, frame.size)).astype(np.int32)


class Mixer:
    """One sum of frames a call, with a limiter that remembers its gain between calls.

    The limiter adds no delay. It turns down until the first sample that would be too loud; where
    that comes within the first millisecond, what reaches over the threshold is bent, not cut.
    """

    def __init__(self) -> None:
        self._gain = 1.0

    def mix(self, frames: Sequence[Loud], samples: int = FRAME) -> Samples:
        """Add frames of shape (samples,); none makes silence.

        One frame alone comes out as it is, bit by bit; so does any sum whose peaks stay within
        `THRESHOLD`, unless it was too loud just before.
        """
        if len(frames) == 1 and frames[0].dtype == np.int16 and self._gain >= 1.0:
            only: Samples = frames[0].astype(np.int16, copy=False)
            return only
        if not frames:
            self._gain = min(1.0, self._gain * _RELEASE)
            return np.zeros(samples, np.int16)
        total: NDArray[np.int32] = frames[0].astype(np.int32)
        for other in frames[1:]:
            total += other
        peak = int(np.abs(total).max())
        gain = min(1.0, self._gain * _RELEASE)
        if peak * gain > THRESHOLD:
            gain = THRESHOLD / peak
        if gain == self._gain == 1.0:
            return total.astype(np.int16)
        gains = np.full(samples, gain)
        ramp = samples
        if gain < self._gain:
            too_loud = np.abs(total) * self._gain > THRESHOLD
            ramp = max(int(np.argmax(too_loud)), _ATTACK)
        gains[:ramp] = np.linspace(self._gain, gain, ramp)
        self._gain = gain
        return _bend(total * gains)


def _bend(sound: NDArray[np.float64]) -> Samples:
    """Leave what is within the threshold, and press the rest between it and full scale. Works in
    place."""
    too_loud = np.flatnonzero(np.abs(sound) > THRESHOLD)
    if too_loud.size:
        peaks = sound[too_loud]
        headroom = _FULL - THRESHOLD
        pressed = THRESHOLD + headroom * np.tanh((np.abs(peaks) - THRESHOLD) / headroom)
        sound[too_loud] = np.copysign(pressed, peaks)
    samples: Samples = np.rint(sound).astype(np.int16)
    return samples
