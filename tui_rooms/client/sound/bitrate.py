"""How many bits a second the encoder may spend: what redundancy and the network leave to it."""

from typing import Final

LEAST: Final = 16_000
MOST: Final = 48_000
"""Bits a second of the encoder. More is not heard in a voice, less is heard as a telephone."""
_BUDGET: Final = 240_000
"""Bits a second of all copies together; at depth 4 it leaves 48,000 to each."""
_QUEUE: Final = 0.100
"""Seconds by which the round trip grows when packets wait in a queue. Loss alone says nothing:
radio links lose packets and would lose as many smaller ones."""
_LOSS: Final = 0.02
_LESS: Final = 0.7
_MORE: Final = 1.05


class BitRate:
    """Follows the depth at once; turns down on congestion, and up again slowly."""

    def __init__(self) -> None:
        self._budget = float(_BUDGET)
        self._shortest: float | None = None

    def forget_round_trips(self) -> None:
        """Another network may follow: what was short on the last one says nothing about it."""
        self._shortest = None

    def report(self, depth: int, loss: float, round_trip: float | None) -> int:
        """Take what is known of the way out, about twice a second.

        Args:
            depth: earlier frames in each packet.
            loss: share of our packets lost, 0 to 1.
            round_trip: seconds to the server and back, None while unknown.

        Returns:
            Bits a second for the encoder.
        """
        if round_trip is not None:
            self._shortest = min(round_trip, self._shortest or round_trip)
        waits = (round_trip or 0.0) - (self._shortest or 0.0) > _QUEUE
        if waits and loss > _LOSS:
            self._budget = max(self._budget * _LESS, LEAST * (depth + 1))
        else:
            self._budget = min(self._budget * _MORE, _BUDGET)
        return round(min(max(self._budget / (depth + 1), LEAST), MOST))
