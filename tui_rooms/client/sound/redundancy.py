"""How many earlier frames each packet repeats, following the loss that the server reports."""

from collections import deque
from typing import Final

_DEEPER_FROM: Final = (0.0, 0.0, 0.05, 0.12, 0.18)
"""Loss from which depth 1, 2, 3 and 4 is worth its bytes: random loss p leaves p^(depth+1)."""
_DEEPEST: Final = 4
_RECENT: Final = 3
"""Reports that count, about two a second."""
_CHANCE: Final = 0.04
"""How far one report may lie off by chance: it is about fifty packets. What is beyond that is
believed at once, the rest when the mean of the recent reports says so too."""
_CALM: Final = 0.8
"""Back only when all recent reports are below this share of what it took to go deeper."""


class Redundancy:
    """RED's depth: deeper at once, back when the recent reports agree that it is calm."""

    def __init__(self) -> None:
        self.depth = 1
        self._recent = deque([0.0] * _RECENT, maxlen=_RECENT)

    def report(self, uplink: float, downlink: float) -> int:
        """Take a report of loss on the way to the server and from it on, each 0 to 1.

        Returns:
            The depth from now on, 1 to 4.
        """
        loss = 1 - (1 - uplink) * (1 - downlink)
        self._recent.append(loss)
        least = _depth_for(max(loss - _CHANCE, sum(self._recent) / _RECENT))
        most = _depth_for(max(self._recent) / _CALM)
        self.depth = min(max(self.depth, least), most)
        return self.depth


def _depth_for(loss: float) -> int:
    return max(depth for depth in range(1, _DEEPEST + 1) if loss >= _DEEPER_FROM[depth])
