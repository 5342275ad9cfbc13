"""Whether this machine has slept, or this program has stood still: what was known is old then."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

NOTICED: Final = 3.0
"""Seconds that time may go on by itself: a busy machine is late too."""
# CLOCK_MONOTONIC goes on while macOS sleeps, but not while Linux does.
_CLOCK: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def through_sleep() -> float:
    """Seconds of a clock that goes on while the machine sleeps; asyncio's stands still on some."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


class Awake:
    """Looks at the clock together with somebody who sleeps for short times."""

    def __init__(self, clock: Callable[[], float] = through_sleep) -> None:
        self._clock = clock
        self._at = clock()

    async def sleep(self, seconds: float) -> bool:
        """Wait so long; whether it became much longer."""
        self._at = self._clock()
        await asyncio.sleep(seconds)
        return self._clock() - self._at > seconds + NOTICED
