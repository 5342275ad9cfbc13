"""Whether a peer's path still carries what it sends, judged by how regularly it was heard."""

from collections import deque
from typing import Final

GAPS: Final = 8
"""So many are remembered."""
GAPS_NEEDED: Final = 4
"""Before so many are known, nothing is said about a rhythm."""
SHORTEST_GAP: Final = 0.5
"""Seconds: what comes closer together, as while connecting, is heard once."""
MISSED: Final = 5
"""So many of its longest gaps have to pass: at 20 % loss one path in 3,000 is quiet by chance."""


class Liveness:
    """When a peer was heard: authenticated checks and reports, at 1 Hz from our own client."""

    __slots__ = ("_gaps", "_last")

    def __init__(self) -> None:
        self._last: float | None = None
        self._gaps: deque[float] = deque(maxlen=GAPS)

    def heard(self, now: float) -> None:
        """Something has come that only this peer can have sent."""
        if self._last is None:
            self._last = now
        elif now - self._last >= SHORTEST_GAP:
            self._gaps.append(now - self._last)
            self._last = now

    def is_quiet(self, now: float, at_least: float) -> bool:
        """Whether it is quiet for longer than its rhythm explains, and than `at_least` seconds."""
        if self._last is None or len(self._gaps) < GAPS_NEEDED:
            return False
        return now - self._last > max(at_least, MISSED * max(self._gaps))
