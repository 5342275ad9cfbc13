"""How loud sound is: for meters, for the level that goes with each packet, for "is talking"."""

import math
from typing import Final

import numpy as np

from tui_rooms.audio.frames import FRAME, Frame, Samples

FULL_SCALE: Final = 32_767.0
FLOOR_DBFS: Final = -96.0
"""What 16 bits can tell from nothing."""
SILENCE_DBOV: Final = -127
"""The lowest level of RFC 6464, and digital silence."""


def level_dbfs(frame: Samples) -> float:
    """Loudness of some samples, for the meter.

    Args:
        frame: shape (n,) with n > 0, full scale ±32767; usually (960,).

    Returns:
        RMS in dBFS, from −96.0 (silence too) to 0.0.

    Raises:
        ValueError: no samples, or more than one dimension.
    """
    return max(FLOOR_DBFS, _rms_db(frame))


def dbov(frame: Frame) -> int:
    """The level that goes out with a packet: RMS against the overload point, RFC 6464 §3.

    The window is the packet's own 20 ms. Smoothing is left to whoever shows or ranks levels
    (`client.levels`, `sfu.activity`), as a level that lags behind its packet could not be undone.

    Returns:
        0 (loudest) to −127 (digital silence).
    """
    return round(max(SILENCE_DBOV, _rms_db(frame)))


def _rms_db(samples: Samples) -> float:
    if samples.ndim != 1 or not samples.size:
        raise ValueError(f"a level needs samples of shape (n,), not {samples.shape}")
    wide = samples.astype(np.float64)
    mean_square = float(wide @ wide) / samples.size
    if mean_square == 0:
        return -math.inf
    return min(0.0, 10 * math.log10(mean_square / FULL_SCALE**2))


class VoiceMeter:
    """One's own level, and whether that is talking.

    Talking begins when a frame stands out of the room's noise. It ends when none has for 300 ms,
    and a falling voice counts for longer than a rising noise: the mark does not flicker.
    """

    QUIETEST_VOICE: Final = -50
    """dBov below which nothing counts as a voice, however quiet the room."""
    ABOVE_NOISE_DB: Final = 10
    STILL_ABOVE_NOISE_DB: Final = 6
    """What is enough for whoever talks already."""
    LOUDEST_NOISE: Final = -40
    """dBov; a louder hum for minutes is still somebody speaking, or music."""
    NOISE_RISE_DB: Final = 0.02
    """A frame: 1 dB a second. A falling noise is believed at once."""
    HOLD_FRAMES: Final = 15

    def __init__(self) -> None:
        self._noise = float(self.LOUDEST_NOISE - self.ABOVE_NOISE_DB)
        self._hold = 0

    def push(self, frame: Frame) -> tuple[int, bool]:
        """Take the next frame of the microphone.

        Args:
            frame: shape (960,).

        Returns:
            Its level in dBov (0 to −127) and whether somebody talks.
        """
        if frame.shape != (FRAME,):
            raise ValueError(f"a frame has shape ({FRAME},), not {frame.shape}")
        level = dbov(frame)
        self._noise = min(level, self._noise + self.NOISE_RISE_DB, self.LOUDEST_NOISE)
        above = self.STILL_ABOVE_NOISE_DB if self._hold else self.ABOVE_NOISE_DB
        if level >= max(self.QUIETEST_VOICE, self._noise + above):
            self._hold = self.HOLD_FRAMES
        elif self._hold:
            self._hold -= 1
        return level, self._hold > 0
