"""When to try again: soon, then less and less often, not all clients at once."""

import random
from collections.abc import Callable, Iterator
from typing import Final

FIRST: Final = 0.25
LONGEST: Final = 8.0


def delays(
    chance: Callable[[], float] = random.random, *, longest: float = LONGEST
) -> Iterator[float]:
    """Seconds to wait before each try, for ever: about 0.25, 0.5, 1, 2, 4, 8, 8, …

    Args:
        chance: gives numbers from 0 to 1; each delay is between half and all of its step, so
            that the clients of a server that restarts do not come back in one moment.
    """
    step = FIRST
    while True:
        yield step * (0.5 + chance() / 2)
        step = min(longest, step * 2)
