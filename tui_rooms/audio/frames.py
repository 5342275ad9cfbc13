"""The one form that sound has in this program: 48 kHz, mono, 16 bits, 20 ms at a time."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
"""Samples a second."""
FRAME: Final = 960
"""Samples a frame."""
FRAME_SECONDS: Final = FRAME / RATE

Samples: TypeAlias = NDArray[np.int16]
"""Any number of samples, shape (n,), full scale ±32767."""
Frame: TypeAlias = NDArray[np.int16]
"""One frame, shape (960,)."""


def silence() -> Frame:
    """A new frame of zeros."""
    return np.zeros(FRAME, np.int16)
