"""The clock that rooms live by: it tells the time of day, and never steps.

The wall clock may be set while a server runs: by hand, or by NTP on a machine that started without
a battery. Rates and durations measured by it would then end at once, or not for hours. So rooms
take the wall clock's time at their server's start, and go on from there by the machine's uptime.

Starts are the exception: people meet at a time of day, so these follow the wall clock.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from tui_rooms.rules import commands
from tui_rooms.rules.room import Seconds

C = TypeVar("C", bound=commands.Command)

if sys.platform == "linux":

    def uptime() -> Seconds:
        """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

elif sys.platform == "darwin":

    def uptime() -> Seconds:
        """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
        # Python's own monotonic clock stands still with the machine there, this one does not.
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def uptime() -> Seconds:
        """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
        return time.monotonic()


class RoomClock:
    """Seconds since the epoch, as far as the wall clock was right when it was made."""

    def __init__(
        self,
        *,
        wall: Callable[[], Seconds] = time.time,
        steady: Callable[[], Seconds] = uptime,
    ) -> None:
        """
        Args:
            wall: the time of day, as it is set now.
            steady: goes on alike from wherever it began.
        """
        self.wall = wall
        self._steady = steady
        self._began_at = wall() - steady()

    def __call__(self) -> Seconds:
        """What time it is in rooms."""
        return self._began_at + self._steady()


def with_the_wall(command: C, ahead: Seconds) -> C:
    """The command, told how far the wall clock is ahead of the room's, if that matters to it."""
    if isinstance(command, commands.FOLLOWING_THE_WALL):
        return replace(command, wall_ahead=ahead)
    return command
