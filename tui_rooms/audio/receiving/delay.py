"""How long sound has to wait before it is played, so that what is still on its way arrives in time.

Everything is relative to the fastest packet of the last seconds: a packet's lateness is how much
longer it took than that one. No clock of the sender is needed.

Three things ask for delay, and the greatest wins: late packets (the latest of the last moments at
once, and what was late more than once in the last half minute), second copies of lost packets,
which come one or more packets later, and the loss itself: the more is lost, the more copies are
worth waiting for.

Where nothing asks, there is a base, which has room for the first late packet and for the copy of
the first lost one. Where that room was not used for a while, most of it is given up.
"""

import math
from bisect import bisect_left, insort
from collections import deque
from typing import Final

from tui_rooms.audio.frames import FRAME_SECONDS

MARGIN: Final = 0.004
"""Seconds added to what was needed."""
CALM_BASE: Final = 0.008
"""Seconds of delay where packets have long come one like the other."""
_CALM: Final = 20.0
"""Seconds in which at most one packet was lost, or later than `CALM_BASE` has room for."""
_PROBATION: Final = 5.0
"""The same for a stream that has just begun."""
CEILING: Final = 0.400
"""Seconds; what comes later than this is lost, or begins a stream anew."""
_HOLD: Final = 1.5
"""Seconds for which a single late packet keeps the delay up."""
_WINDOW: Final = 10.0
"""Seconds over which it is known how late packets are on the whole."""
_MOMENT: Final = 0.2
"""Seconds in which the slowest packet stands for all: what was held up together comes together."""
_AGAIN: Final = 30.0
"""Seconds in which lateness must come back to be waited for: the second worst moment of them
counts. So one stall delays nothing after it, and one every ten seconds is heard no more."""
_MEMORY: Final = 5.0
"""Seconds of each of the two halves over which the fastest packet is known."""
_REPAIR_HOLD: Final = 10.0
_REPAIRS_THAT_COUNT: Final = 4
"""Losses within `_REPAIR_HOLD` that make it worthwhile to wait for their second copies. Fewer are
left to concealment: one burst of losses must not delay everything after it."""
_KEPT: Final = 512
"""Measurements of each kind."""
_PLAYED: Final = 250
"""Packets played (5 s of talk) over which the loss is known."""
_EXPECTED: Final = (0.0, 0.009, 0.09, 0.17, 0.26)
"""Loss to be expected where the sender sends so many copies: with more than one it has heard of
loss from somebody."""
_EXPECTED_PLAYED: Final = 50
"""Packets played (1 s) that weigh as much as the expectation."""
_LEFT_OVER: Final = 0.004
"""Share of packets that may stay lost; each copy waited for costs 20 ms."""
_COPIES_IN_TIME: Final = (0.92, 0.99)
"""Share of the copies waited for that come in time, where packets are late as they were: at least,
and at most, where the sender sends too few for its loss."""
_LATE_WEIGHS: Final = 2.0
"""How much worse a copy is that comes too late than one that is lost: the delay moves for it."""
_CLEARLY: Final = 0.5
"""One copy less is waited for only when it would leave less than this share of `_LEFT_OVER`: a
delay that goes up and down is heard as well."""


class DelayEstimate:
    """The wanted playout delay of one stream. Times are seconds of one clock, ours.

    A transit is an arrival minus the packet's time in the stream: by itself it means nothing, but
    the difference of two is how much later one packet came than the other.

    Args:
        base: seconds of delay on a network that nothing bad is known of. It falls to `CALM_BASE`
            while the network stays calm.
    """

    def __init__(self, base: float) -> None:
        self.copies = 0
        """How many packets back the copies go that the sender sends along."""
        self._base = base
        self._disturbed: deque[float] = deque(maxlen=2)
        """When the last packets were lost or late; the beginning counts as well."""
        self._fastest = math.inf
        self._fastest_before = math.inf
        self._half_began = -math.inf
        self._last_arrival = -math.inf
        self._slow: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """(when, transit), falling transits: the first is the greatest."""
        self._window: deque[tuple[float, float]] = deque()
        """(when, transit) of the last seconds."""
        self._sorted: list[float] = []
        """The transits of `_window`, rising."""
        self._moments: deque[tuple[float, float]] = deque()
        """(when it began, its greatest transit) of the moments of the last half minute."""
        self._twice: float | None = None
        """The second greatest of them; None while it is not reckoned."""
        self._repairs: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """(when, transit) of second copies of lost packets."""
        self._played: deque[bool] = deque(maxlen=_PLAYED)
        """Whether each of the last packets played was lost and repaired."""
        self._wait = 0
        """Copies that are waited for."""
        self._lost = 0
        """True ones in `_played`."""

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
        if not self._disturbed:
            self._disturbed.extend([arrival - _CALM + _PROBATION] * 2)
        if arrival - self._half_began >= _MEMORY:
            self._fastest_before = self._fastest
            self._fastest = math.inf
            self._half_began = arrival
        self._fastest = min(self._fastest, arrival - media)

    def needed(self, now: float, transit: float) -> None:
        """Take how long playout had to wait for a packet. The target follows at once."""
        if transit - self.transit > CALM_BASE:
            self._disturbed.append(now)
        while self._slow and self._slow[-1][1] <= transit:
            self._slow.pop()
        self._slow.append((now, transit))
        if len(self._window) == _KEPT:
            self._forget_oldest()
        self._window.append((now, transit))
        insort(self._sorted, transit)
        if self._moments and now - self._moments[-1][0] < _MOMENT:
            began, slowest = self._moments[-1]
            if transit <= slowest:
                return
            self._moments[-1] = began, transit
        else:
            self._moments.append((now, transit))
        self._twice = None

    def repaired(self, arrival: float, transit: float) -> None:
        """Take how long playout would have had to wait for the second copy of a lost packet.

        Of several that arrived at once only the slowest counts: they were lost in one burst.
        """
        if self._repairs and self._repairs[-1][0] == arrival:
            transit = max(transit, self._repairs.pop()[1])
        else:
            self._disturbed.append(arrival)
        self._repairs.append((arrival, transit))

    def played(self, *, lost: bool) -> None:
        """A packet was played; whether it had been lost, and this was its copy."""
        if len(self._played) == _PLAYED:
            self._lost -= self._played[0]
        self._played.append(lost)
        self._lost += lost

    def required(self, now: float) -> float:
        """Seconds that late packets ask for: with less, the next one will be missed again."""
        return self._bounded(self._late(now), CALM_BASE)

    def target(self, now: float) -> float:
        """Seconds from the fastest packet's arrival to its playout, at most `CEILING`: those
        `required`, those in which copies of lost packets come, and at least the base."""
        calm = bool(self._disturbed) and self._disturbed[0] < now - _CALM
        base = CALM_BASE if calm else self._base
        return self._bounded(max(self._late(now), self._late_copies(now), self._worthwhile()), base)

    def _bounded(self, transit: float, least: float) -> float:
        return min(max(least, transit - self.transit + MARGIN), CEILING)

    def _late(self, now: float) -> float:
        """The transit that the packets themselves ask for."""
        while self._slow and self._slow[0][0] < now - _HOLD:
            self._slow.popleft()
        while self._window and self._window[0][0] < now - _WINDOW:
            self._forget_oldest()
        while self._moments and self._moments[0][0] < now - _AGAIN:
            self._moments.popleft()
            self._twice = None
        if self._twice is None:
            # It changes five times a second, and is asked for at each pull.
            slowest = sorted([transit for _, transit in self._moments])
            self._twice = slowest[-2] if len(slowest) > 1 else -math.inf
        return max(self._slow[0][1] if self._slow else -math.inf, self._twice)

    def _late_copies(self, now: float) -> float:
        """The transit of the copies that have been of use, or would have been."""
        while self._repairs and self._repairs[0][0] < now - _REPAIR_HOLD:
            self._repairs.popleft()
        if len(self._repairs) < _REPAIRS_THAT_COUNT:
            return -math.inf
        slowest_first = sorted((transit for _, transit in self._repairs), reverse=True)
        return slowest_first[_REPAIRS_THAT_COUNT - 1]

    def _worthwhile(self) -> float:
        """The transit of the copies that at this loss are likely to be needed.

        Random loss p leaves p^(k+1) when k copies are waited for, and p^k (1-p) times the share of
        k-th copies that are too late.
        """
        copies = min(self.copies, len(_EXPECTED) - 1)
        lost = self._lost + _EXPECTED[copies] * _EXPECTED_PLAYED
        loss = lost / (len(self._played) + _EXPECTED_PLAYED)
        while self._wait < copies and loss ** (self._wait + 1) > _LEFT_OVER:
            self._wait += 1
        while self._wait and loss**self._wait < _LEFT_OVER * _CLEARLY:
            self._wait -= 1
        wait = min(self._wait, copies)
        if not wait:
            return -math.inf
        if not self._sorted:
            return self.transit + wait * FRAME_SECONDS
        least, most = _COPIES_IN_TIME
        too_late = (_LEFT_OVER / loss**wait - loss) / (1.0 - loss) / _LATE_WEIGHS
        in_time = min(max(least, 1.0 - too_late), most)
        return self._sorted[int(len(self._sorted) * in_time)] + wait * FRAME_SECONDS

    def _forget_oldest(self) -> None:
        _, transit = self._window.popleft()
        del self._sorted[bisect_left(self._sorted, transit)]
