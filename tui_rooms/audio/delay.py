"""How long sound has to wait before it is played, so that what is still on its way arrives in time.

Everything is relative to the fastest packet of the last seconds: a packet's lateness is how much
longer it took than that one. No clock of the sender is needed.
"""

import math
from collections import deque
from typing import Final

_MARGIN: Final = 0.005
"""Seconds added to what was needed."""
CEILING: Final = 0.400
"""Seconds; what comes later than this is lost, or begins a stream anew."""
_HOLD: Final = 1.5
"""Seconds for which a late packet keeps the delay up."""
_MEMORY: Final = 5.0
"""Seconds of each of the two halves over which the fastest packet is known."""
_REPAIR_HOLD: Final = 10.0
_REPAIRS_THAT_COUNT: Final = 4
"""Losses within `_REPAIR_HOLD` that make it worthwhile to wait for their second copies. Fewer are
left to concealment: one burst of losses must not delay everything after it."""
_KEPT: Final = 256
"""Measurements of each kind."""


class DelayEstimate:
    """The wanted playout delay of one stream. Times are seconds of one clock, ours.

    A transit is an arrival minus the packet's time in the stream: by itself it means nothing, but
    the difference of two is how much later one packet came than the other.

    Args:
        base: seconds of delay on a perfect network.
    """

    def __init__(self, base: float) -> None:
        self._base = base
        self._fastest = math.inf
        self._fastest_before = math.inf
        self._half_began = -math.inf
        self._last_arrival = -math.inf
        self._slow: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """(when, transit), falling transits: the first is the greatest."""
        self._repairs: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """(when, transit) of second copies of lost packets."""

    @property
    def transit(self) -> float:
        """That of the fastest packet known; infinite before the first."""
        return min(self._fastest, self._fastest_before)

    def is_stale(self, arrival: float) -> bool:
        """Whether nothing came for so long that the fastest packet says nothing any more."""
        return arrival - self._last_arrival > 2 * _MEMORY

    def arrived(self, arrival: float, media: float) -> None:
        """Take the arrival of a packet whose first sample has the time `media` in the stream."""
        self._last_arrival = arrival
        if arrival - self._half_began >= _MEMORY:
            self._fastest_before = self._fastest
            self._fastest = math.inf
            self._half_began = arrival
        self._fastest = min(self._fastest, arrival - media)

    def needed(self, now: float, transit: float) -> None:
        """Take how long playout had to wait for a packet. The target follows at once."""
        while self._slow and self._slow[-1][1] <= transit:
            self._slow.pop()
        self._slow.append((now, transit))

    def repaired(self, arrival: float, transit: float) -> None:
        """Take how long playout would have had to wait for the second copy of a lost packet.

        Of several that arrived at once only the slowest counts: they were lost in one burst.
        """
        if self._repairs and self._repairs[-1][0] == arrival:
            transit = max(transit, self._repairs.pop()[1])
        self._repairs.append((arrival, transit))

    def target(self, now: float) -> float:
        """Seconds from the fastest packet's arrival to its playout, `base` to `CEILING`."""
        while self._slow and self._slow[0][0] < now - _HOLD:
            self._slow.popleft()
        while self._repairs and self._repairs[0][0] < now - _REPAIR_HOLD:
            self._repairs.popleft()
        slowest = self._slow[0][1] if self._slow else -math.inf
        if len(self._repairs) >= _REPAIRS_THAT_COUNT:
            slowest_first = sorted((transit for _, transit in self._repairs), reverse=True)
            slowest = max(slowest, slowest_first[_REPAIRS_THAT_COUNT - 1])
        return min(max(self._base, slowest - self.transit + _MARGIN), CEILING)
