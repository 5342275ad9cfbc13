"""What time it is at a server, told by this machine's steady clock.

The two machines' wall clocks may differ by hours, and either may be set. What goes on in rooms has
the server's times; so the server says once what time it is there, and from then on this machine
counts by a clock that nobody sets.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True)
class ServerClock:
    """Of one connection; any thread may read it."""

    ahead: Seconds
    """How far it is ahead of this machine's steady clock."""
    steady: Callable[[], Seconds] = time.monotonic

    @classmethod
    def told(cls, now: Seconds | None, *, steady: Callable[[], Seconds] = time.monotonic) -> Self:
        """The clock of a server that says what time it is; None: it does not say, so ours counts.

        Args:
            now: seconds since the epoch. On its way it became a little older, which nobody sees.
        """
        return cls((time.time() if now is None else now) - steady(), steady)

    def now(self) -> Seconds:
        """What time it is there, seconds since the epoch."""
        return self.steady() + self.ahead
