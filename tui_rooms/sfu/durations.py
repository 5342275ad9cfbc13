"""How long something took, each time: counted in classes, so that any number costs the same."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

CLASSES: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper ends, seconds; one more class has what took longer."""


class Durations:
    """A histogram of seconds."""

    def __init__(self, counts: Sequence[int] | None = None, total: float = 0.0) -> None:
        """Empty, or as another process has counted."""
        self.counts = list(counts) if counts is not None else [0] * (len(CLASSES) + 1)
        """How many in each class."""
        self.total = total
        """Seconds, of all together."""

    def note(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(CLASSES, seconds)] += 1
        self.total += seconds
