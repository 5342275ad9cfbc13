"""Sound at another rate, for files and devices that do not have 48 kHz. By PyAV's libswresample."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from tui_rooms.audio.frames import Samples


class Resampler:
    """Turns a stream of mono samples into one at another rate.

    Args:
        rate: samples a second of what comes in.
        wanted: of what goes out.
    """

    def __init__(self, rate: int, wanted: int) -> None:
        import av

        self._new_frame = av.AudioFrame.from_ndarray
        self._rate = rate
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=wanted)
        self._begun = False

    def push(self, samples: Samples) -> Samples:
        """Take samples, shape (n,) with n > 0, and give what is ready, any shape (m,)."""
        frame = self._new_frame(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = self._rate
        self._begun = True
        return _joined(self._resampler.resample(frame))

    def flush(self) -> Samples:
        """What is still held back, a few milliseconds; nothing can be pushed after it."""
        # One that was never used knows no rate yet, and refuses.
        return _joined(self._resampler.resample(None) if self._begun else ())


def _joined(frames: Iterable[Any]) -> Samples:
    parts = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(parts) if parts else np.empty(0, np.int16)
