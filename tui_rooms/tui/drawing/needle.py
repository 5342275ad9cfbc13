"""How a meter moves: up at once, down slowly, and a peak that hangs for a moment."""

from dataclasses import dataclass
from typing import Final

SILENCE_DBOV: Final = -127.0
FALL: Final = 30.0
"""dB a second that a meter falls: speech leaves its full length in two seconds."""
PEAK_HOLD: Final = 1.0
"""Seconds that a peak hangs."""
PEAK_FALL: Final = 40.0
"""dB a second that it falls after that."""


@dataclass(slots=True)
class Needle:
    """One meter's needle; time comes in as an argument."""

    level: float = SILENCE_DBOV
    """dBov."""
    peak: float = SILENCE_DBOV
    """dBov."""
    hung: float = 0.0
    """Seconds since the peak was set."""

    def move(self, dbov: float, seconds: float) -> None:
        """Follow a level that was read `seconds` after the one before."""
        self.level = max(dbov, self.level - FALL * seconds, SILENCE_DBOV)
        self.hung += seconds
        if self.level >= self.peak:
            self.peak, self.hung = self.level, 0.0
        elif self.hung > PEAK_HOLD:
            self.peak = max(self.level, self.peak - PEAK_FALL * seconds)

    def drop(self) -> None:
        """Fall silent at once: a microphone was closed."""
        self.level = self.peak = SILENCE_DBOV
        self.hung = 0.0
