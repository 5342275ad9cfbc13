"""How much sound is kept ready for the loudspeaker beyond the block that it takes next.

Each writing tells how close it was: how long before the card would have found nothing. So more is
kept ready before the sound runs out, not only after; and less again when there was time to spare
for a while, since all that waits is late.
"""

import math
from typing import Final

_CLOSE: Final = 0.003
"""Seconds before running dry that are too close."""
_MOST: Final = 0.100
"""Seconds that are kept ready at most."""
_CALM: Final = 10.0
"""Seconds that have to pass without a close call before less is kept ready."""
_LONGEST_CALM: Final = 640.0


class Headroom:
    """Of one loudspeaker. Times are seconds of one clock.

    Args:
        step: of each change: what the card takes at a time.
        begin: what is kept ready until this machine is known.
    """

    def __init__(self, step: float, begin: float) -> None:
        self.seconds = begin
        """What should be left in the ring when the card has taken its next block."""
        self._step = step
        self._calm = _CALM
        self._closest = math.inf
        """Seconds to spare of the closest writing since `_since`."""
        self._early = 0.0
        """Seconds by which the card came early, at most, since then."""
        self._since: float | None = None
        self._shrunk = False
        """Whether the last change was to less."""

    def written(self, now: float, before_dry: float) -> None:
        """Sound was written, so many seconds before the card would have missed it."""
        if before_dry < _CLOSE:
            self.ran_dry(now)
            return
        if self._since is None:
            self._since = now
        self._closest = min(self._closest, before_dry)
        if now - self._since < self._calm:
            return
        if self.seconds > 0 and self._closest - self._early - self._step >= 2 * _CLOSE:
            self.seconds = max(0.0, self.seconds - self._step)
            self._shrunk = True
        self._begin(now)

    def called_early(self, seconds: float) -> None:
        """The card took a block so many seconds before it should have: it will do so again, and
        then there is so much less time to write."""
        self._early = max(self._early, seconds)

    def ran_dry(self, now: float) -> None:
        """The card found nothing, or nearly so: keep more ready from now on."""
        if self._shrunk:
            # It was too little: do not try again so soon.
            self._calm = min(2 * self._calm, _LONGEST_CALM)
        self._shrunk = False
        self.seconds = min(self.seconds + self._step, _MOST)
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._closest, self._early, self._since = math.inf, 0.0, now
