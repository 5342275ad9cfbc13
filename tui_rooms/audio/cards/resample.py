"""Sound at another rate, for devices that do not have 48 kHz. By PyAV's libswresample."""

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

    def push(self, samples: Samples) -> Samples:
        """Take samples, shape (n,) with n > 0, and give what is ready, any shape (m,)."""
        frame = self._new_frame(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = self._rate
        parts = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else np.empty(0, np.int16)
