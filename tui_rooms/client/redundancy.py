"""How many earlier frames each packet repeats, following the loss that the server reports."""

from typing import Final

_DEEPER_FROM: Final = (0.0, 0.0, 0.05, 0.12, 0.2)
"""Loss from which depth 1, 2, 3 and 4 is worth its bytes: random loss p leaves p^(depth+1)."""
_DEEPEST: Final = 4
_CALM: Final = 0.6
"""Back only when the loss is this share of what it took to go deeper …"""
_CALM_REPORTS: Final = 5
"""… in this many reports in a row, about one a second."""


class Redundancy:
    """RED's depth: deeper at once, back one step at a time after a calm while."""

    def __init__(self) -> None:
        self.depth = 1
        self._calm = 0

    def report(self, uplink: float, downlink: float) -> int:
        """Take a report of loss on the way to the server and from it on, each 0 to 1.

        Returns:
            The depth from now on, 1 to 4.
        """
        loss = 1 - (1 - uplink) * (1 - downlink)
        wanted = max(depth for depth in range(1, _DEEPEST + 1) if loss >= _DEEPER_FROM[depth])
        if wanted >= self.depth:
            self.depth, self._calm = wanted, 0
        elif loss < _DEEPER_FROM[self.depth] * _CALM:
            self._calm += 1
            if self._calm == _CALM_REPORTS:
                self.depth, self._calm = self.depth - 1, 0
        else:
            self._calm = 0
        return self.depth
