"""When sound is heard, told from a clock that is read too late now and then.

Whoever pulls frames does so every 20 ms on the whole, but on a busy machine late, and then
several at once. Such a burst catches up by itself and must not look like delay. So time is
counted in samples, anchored by the most punctual pull of the last second.
"""

from collections import deque
from typing import Final

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE

_WINDOW: Final = 1.0
"""Seconds after which pulls that were never made up for count as lost."""
_LONGEST_STEP: Final = 2 * FRAME_SECONDS
"""A pause counts for no more than this, so the pulls before it remain a measure."""
_BREAK: Final = 2.0
"""Seconds without a pull after which nobody will make up for them."""


class PlayoutClock:
    """Turns the times of pulls into the times at which their sound is heard."""

    def __init__(self) -> None:
        self._samples = 0
        """That were pulled."""
        self._last: float | None = None
        self._lived = 0.0
        self._lags: deque[tuple[float, float]] = deque()
        """(when, lag), lags rising: the first is the smallest of the window."""

    def look(self, now: float) -> float:
        """The time that a pull at `now`, in seconds, would stand for."""
        due = self._samples / RATE
        if self._last is None or now - self._last > _BREAK:
            return now
        return min(now, due + self._lags[0][1])

    def tick(self, now: float, samples: int = FRAME) -> float:
        """Take the time of one more pull, in seconds; return the time its sound stands for.

        At most `now`; it grows by as much as was pulled, except where pulls were lost or too many.
        """
        if self._last is None or now - self._last > _BREAK:
            self._lags.clear()
        else:
            self._lived += min(max(now - self._last, 0.0), _LONGEST_STEP)
        self._last = now
        due = self._samples / RATE
        self._samples += samples
        lag = now - due
        while self._lags and self._lags[-1][1] >= lag:
            self._lags.pop()
        self._lags.append((self._lived, lag))
        while self._lags[0][0] < self._lived - _WINDOW:
            self._lags.popleft()
        return due + self._lags[0][1]
