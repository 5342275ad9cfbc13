"""What a terminal has been sent and has shown, and how much may be on its way."""

import math
from collections import deque
from typing import Final

WINDOW: Final = 1000
"""Bytes that may be unseen before drawing waits, while nothing is known of the link."""
MOMENT: Final = 0.3
"""Seconds; what the link carries in them may be unseen."""
NARROWEST: Final = 600
WIDEST: Final = 16_384
"""Bytes; a link that carries so much in a moment needs no care."""
SELDOM: Final = 0.5
"""Seconds between two questions while little is drawn."""
_TELLING: Final = 400
"""Bytes from which an answer tells how fast the link is."""
_SHORTEST: Final = 0.001
"""Seconds; nobody answers sooner."""
FIRST_ANSWER: Final = 1.0
"""Seconds after which a terminal that has never answered is believed not to."""
LOST_ANSWER: Final = 3.0
"""Seconds after which an answer is lost, and drawing goes on; or six round trips if longer."""
SLOWEST: Final = 1000
"""Bytes a second: whoever answers at all is given the time that a large picture takes."""
_SERIALS: Final = 40
_QUESTION: Final = "\x1b7\x1b[1;{column}H\x1b[6n\x1b8"
"""The column says which question it is; then the cursor is back where it was."""

RATES: Final = ((0.15, 10.0), (0.4, 5.0), (1.0, 2.0))
"""Lag in seconds up to which meters move so many times a second; above, once."""
CALM: Final = 4.0
"""Seconds of a better link before meters move faster again, by one step."""


class Pace:
    """What has been sent and what was seen. Time is an argument; nothing is written here."""

    def __init__(self) -> None:
        self.lag: float | None = None
        """Seconds from drawing to being seen and answered, at the last answer."""
        self.window: float = WINDOW
        """Bytes that may be unseen before drawing waits."""
        self.is_known = False
        """Whether the window follows from answers."""
        self._sent = 0
        self._seen = 0
        self._asked = 0
        self._least_lag = math.inf
        self._answered_at = -math.inf
        self._serial = 0
        self._questions: deque[tuple[int, float, int]] = deque()
        """Serial, when, bytes sent before it."""

    @property
    def waits(self) -> bool:
        """Whether too much is unseen to draw more."""
        return self._sent - self._seen > self.window

    @property
    def room(self) -> int:
        """Bytes that may still be sent at once."""
        return max(0, int(self.window) - (self._sent - self._seen))

    @property
    def patience(self) -> float:
        """Seconds to wait for an answer before going on without."""
        if self.lag is None:
            return FIRST_ANSWER
        return max(LOST_ANSWER, 6 * self.lag, (self._sent - self._seen) / SLOWEST)

    def is_due(self, now: float) -> bool:
        """Whether to ask again: after much, and after little that was some time ago."""
        if self._sent - self._asked > self.window / 4:
            return True
        return not self._questions and now - self._answered_at >= SELDOM

    def wrote(self, size: int) -> None:
        """So many bytes were written."""
        self._sent += size

    def question(self, now: float) -> str:
        """What to write to learn when all this is seen; empty when that is asked already."""
        if self._questions and self._questions[-1][2] == self._sent:
            return ""
        self._serial = self._serial % _SERIALS + 1
        self._questions.append((self._serial, now, self._sent))
        self._asked = self._sent
        return _QUESTION.format(column=self._serial + 1)

    def answered(self, serial: int, now: float) -> bool:
        """An answer has come; False when it answers none of ours."""
        if all(number != serial for number, _, _ in self._questions):
            return False
        while True:
            number, asked, size = self._questions.popleft()
            if number == serial:
                self.lag = now - asked
                self._learn(size - self._seen, max(asked, self._answered_at), now)
                self._seen, self._answered_at = size, now
                return True

    def _learn(self, size: int, since: float, now: float) -> None:
        """So many bytes were carried since then, besides the way there and back."""
        lag = now - since
        self._least_lag = min(self._least_lag, lag)
        if size < _TELLING:
            return
        # Some of the least lag may have been carrying, too.
        carried = size * MOMENT / max(lag - self._least_lag, lag / 3, _SHORTEST)
        # A terminal that was busy for once is not a slow link.
        window = carried if carried > self.window else (carried + self.window) / 2
        self.window = min(WIDEST, max(NARROWEST, window))
        self.is_known = True

    def give_up(self) -> None:
        """An answer is lost: take everything for seen."""
        self._questions.clear()
        self._seen = self._sent


class MeterRate:
    """How often meters move: slower at once when the link lags, faster again in steps."""

    def __init__(self) -> None:
        self.hertz = RATES[0][1]
        self._better_since: float | None = None

    def note(self, lag: float, now: float) -> float:
        """Take a lag in seconds; the rate from now on."""
        wanted = next((hertz for most, hertz in RATES if lag <= most), 1.0)
        if wanted <= self.hertz:
            self._better_since = None
            self.hertz = wanted
        elif self._better_since is None:
            self._better_since = now
        elif now - self._better_since >= CALM:
            steps = [1.0, *sorted(hertz for _, hertz in RATES)]
            self.hertz = steps[steps.index(self.hertz) + 1]
            self._better_since = now
        return self.hertz
