"""What listeners report as lost, gathered for the one who speaks."""

import math
from collections.abc import Iterable
from typing import Final

from tui_rooms.sfu.rooms.fanout import Listener

FRESH: Final = 12.0
"""Seconds that a report counts; browsers report about every 5 s."""
PERCENTILE: Final = 0.9
"""One bad link in ten does not make everyone's packets larger."""


class LossTable:
    """The newest reported loss of each listener, by slot."""

    def __init__(self, slots: int) -> None:
        self._reports: list[dict[Listener, tuple[float, float]]] = [{} for _ in range(slots)]

    def report(self, slot: int, listener: Listener, loss: float, now: float) -> None:
        """Note a report.

        Args:
            slot: which stream it is about.
            listener: whose report.
            loss: share lost between the engine and the listener, 0 to 1.
            now: seconds.
        """
        self._reports[slot][listener] = (loss, now)

    def forget(self, listener: Listener) -> None:
        """The listener has left."""
        for reports in self._reports:
            reports.pop(listener, None)

    def fresh(self, slot: int, speaker: Listener | None, now: float) -> list[float]:
        """What the listeners of a slot but its speaker have lost lately, 0 to 1 each."""
        return [
            loss
            for listener, (loss, at) in self._reports[slot].items()
            if listener is not speaker and now - at < FRESH
        ]


def high(losses: Iterable[float]) -> float:
    """The 90th percentile of what listeners have lost, 0 to 1."""
    ordered = sorted(losses)
    return ordered[math.ceil(PERCENTILE * len(ordered)) - 1] if ordered else 0.0


def downlink_share(reported: float, uplink: float) -> float:
    """The loss from the engine on, when the listener's report counts the way up too.

    A packet that never reached the engine is missing everywhere; what remains is the
    listener's own.
    """
    if uplink >= 1:
        return 0.0
    return max(0.0, 1 - (1 - reported) / (1 - uplink))
