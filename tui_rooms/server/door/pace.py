"""A limit on how often somebody may ask."""

from tui_rooms.rules.room import Seconds


class Pace:
    """A token bucket: `burst` at once, `per_second` in the long run."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, *, burst: float, per_second: float, now: Seconds) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = now

    def allows(self, now: Seconds) -> bool:
        """Whether one more is within the limit; counts it when it is."""
        if self.left(now) < 1:
            return False
        self._tokens -= 1
        return True

    def left(self, now: Seconds) -> float:
        """How much is within the limit; below zero when more was spent."""
        passed = max(0.0, now - self._at)  # a clock that was set back takes nothing away
        self._tokens = min(self._burst, self._tokens + passed * self._per_second)
        self._at = now
        return self._tokens

    def spend(self, cost: float, now: Seconds) -> None:
        """Count what was done, whether it was within the limit or not: what it cost is known
        afterwards only."""
        self._tokens = self.left(now) - cost

    def give_back(self) -> None:
        """The last one that was counted counts no more."""
        self._tokens = min(self._burst, self._tokens + 1)
