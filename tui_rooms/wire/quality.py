"""How good a connection is, in the four words that the field uses, and where each of them ends."""

from enum import StrEnum
from typing import Final, NamedTuple


class ConnectionQuality(StrEnum):
    """Of one person's connection, as others would notice it (LiveKit's words), the best first."""

    EXCELLENT = "excellent"
    """There is nothing to notice, or nothing to know it from."""
    GOOD = "good"
    """Now and then a gap, mostly mended."""
    POOR = "poor"
    """Sound breaks up or comes late."""
    LOST = "lost"
    """Nothing comes through; their place is kept for a while."""

    @property
    def rank(self) -> int:
        """0 for the best; it grows as it gets worse."""
        return _RANKS[self]


_RANKS: Final = {quality: rank for rank, quality in enumerate(ConnectionQuality)}


class Limits(NamedTuple):
    """Where a quality begins: whoever reaches one of these has no better one."""

    loss: float
    """Share of packets, 0 to 1, before anything is mended."""
    jitter_ms: float
    """RFC 3550 §6.4.1."""
    round_trip_ms: float


GOOD_FROM: Final = Limits(loss=0.02, jitter_ms=40.0, round_trip_ms=150.0)
POOR_FROM: Final = Limits(loss=0.08, jitter_ms=100.0, round_trip_ms=300.0)


def judged(
    *, loss: float = 0.0, jitter_ms: float = 0.0, round_trip_ms: float = 0.0
) -> ConnectionQuality:
    """The quality of a connection that stands; the worst of the three decides."""
    for limits, quality in _FROM:
        if (
            loss >= limits.loss
            or jitter_ms >= limits.jitter_ms
            or round_trip_ms >= limits.round_trip_ms
        ):
            return quality
    return ConnectionQuality.EXCELLENT


_FROM: Final = ((POOR_FROM, ConnectionQuality.POOR), (GOOD_FROM, ConnectionQuality.GOOD))
