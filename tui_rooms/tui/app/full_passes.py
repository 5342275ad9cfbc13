"""Full passes of Python's garbage collector, put off until nobody would hear them.

Such a pass looks at every object of every thread, and with a screen full of widgets that stops all
of them for 10 to 30 ms, the sound card's too, whose block lasts 7. Left to itself it comes every
few seconds while much changes on the screen. Passes over younger objects take 2 to 5 ms and go on
as ever; most garbage is found by those.
"""

import gc
import time
from collections.abc import Callable
from typing import Final

LOOK: Final = 0.5
"""Seconds between two looks."""
PATIENCE: Final = 1800.0
"""Seconds after which a pass is made whoever talks: memory must not grow for ever."""
_YOUNGER: Final = 10
"""Passes over younger objects that make a full one worthwhile, as Python itself has it."""
_NEVER: Final = 1_000_000


class FullPasses:
    """From its making until `close`, no full pass happens but those of `look`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._passed_at = clock()
        self._threshold = gc.get_threshold()
        gc.set_threshold(*self._threshold[:2], _NEVER)

    def look(self, *, quiet: bool) -> None:
        """Make one if it is worthwhile and nobody talks, or none was made for very long; to be
        called often."""
        if gc.get_count()[2] <= _YOUNGER:
            return
        if quiet or self._clock() - self._passed_at > PATIENCE:
            gc.collect()
            self._passed_at = self._clock()

    def close(self) -> None:
        """Leave the collector to itself, as it was."""
        gc.set_threshold(*self._threshold)
