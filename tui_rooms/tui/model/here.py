"""The zone of this machine, with its own rules for every date.

`datetime.now().astimezone()` has a zone too, but that is the offset of today: half a year from now
it is an hour off wherever clocks are changed. Python asks the system about each date, whichever
way the zone was set (`TZ`, /etc/localtime, Windows), when a moment without a zone is converted.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from tui_rooms.rules.moments import at_clock

if TYPE_CHECKING:
    from tui_rooms.rules.records import Seconds


class _Here(tzinfo):
    """Asks the system; folds are told apart as in PEP 495."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return None if dt is None else _by_system(dt).utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None  # nobody needs it: the offset has it already

    def tzname(self, dt: datetime | None) -> str | None:
        return None if dt is None else _by_system(dt).tzname()

    def fromutc(self, dt: datetime) -> datetime:
        there = dt.replace(tzinfo=UTC).astimezone()
        wall = there.replace(tzinfo=self)
        is_second = self.utcoffset(wall) != there.utcoffset()
        return wall.replace(fold=int(is_second))


def _by_system(there: datetime) -> datetime:
    return there.replace(tzinfo=None).astimezone()


HERE: Final = _Here()


def now_here(clock: Callable[[], float]) -> datetime:
    """What calendar and clock show here when it is so late by another clock.

    Args:
        clock: tells seconds since the epoch.
    """
    return datetime.fromtimestamp(clock(), HERE)


def time_of_day(at: "Seconds") -> str:
    """What the clock here shows at that moment: "20:30"."""
    there = at_clock(at, HERE)
    return "--:--" if there is None else f"{there:%H:%M}"
