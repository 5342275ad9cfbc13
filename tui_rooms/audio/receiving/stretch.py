"""Makes a piece of sound a little shorter or longer without changing its pitch.

One period of the voice is left out or said twice, at the spot where the sound is most like itself
that much later, with a cross-fade. The first and the last sample stay, so neighbours still fit.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tui_rooms.audio.frames import FRAME, Samples

_SHORTEST: Final = 120
"""Samples, 2.5 ms: the period of the highest voices."""
_LONGEST: Final = 720
"""Samples, 15 ms: the period of the lowest voices."""
_FADE: Final = 240
"""Samples, 5 ms."""
_ALIKE: Final = 0.6
"""Correlation from which a voice passes over the seam unharmed."""


def shorten(samples: Samples, *, anyhow: bool = False) -> Samples:
    """Leave out 2.5 to 15 ms.

    Args:
        samples: shape (n,).
        anyhow: also where the sound is not periodic, which is heard unless it is quiet.

    Returns:
        Shape (n − 120,) to (n − 720,), or the same samples where nothing fits or n < 960.
    """
    period = _period(samples, anyhow=anyhow)
    if not period:
        return samples
    seam = _fade(samples[:_FADE], samples[period : period + _FADE])
    return np.concatenate((seam, samples[period + _FADE :]))


def lengthen(samples: Samples, *, anyhow: bool = False) -> Samples:
    """Add 2.5 to 15 ms. Arguments and result as for `shorten`."""
    period = _period(samples, anyhow=anyhow)
    if not period:
        return samples
    seam = _fade(samples[period : period + _FADE], samples[:_FADE])
    return np.concatenate((samples[:period], seam, samples[_FADE:]))


def _period(samples: Samples, *, anyhow: bool) -> int:
    """The shift at which the start is most like itself; 0 when it is like itself nowhere."""
    if samples.size < FRAME:
        return 0
    sound = samples[:FRAME].astype(np.float64)
    start = sound[:_FADE]
    later = sound[_SHORTEST : _LONGEST + _FADE]
    products = np.correlate(later, start, "valid")
    energy = np.concatenate(([0.0], np.cumsum(later * later)))
    energies = energy[_FADE:] - energy[:-_FADE]
    likeness: NDArray[np.float64] = products / np.sqrt(energies * (start @ start) + 1.0)
    best = int(np.argmax(likeness))
    if likeness[best] >= _ALIKE:
        return _SHORTEST + best
    return _LONGEST if anyhow else 0


def _fade(old: Samples, new: Samples) -> Samples:
    weight = np.linspace(0.0, 1.0, _FADE)
    return np.rint(old * (1.0 - weight) + new * weight).astype(np.int16)
