"""Moments as people write and read them.

The rules of local time are those of the date in question, never of today, so the zone is an
argument: UTC in what a server says, the reader's own on their screen. Local time has gaps, where
clocks are put forward, and folds, where they are put back.
"""

from datetime import UTC, datetime, tzinfo
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rooms.rules.records import Seconds


def at_clock(moment: "Seconds", zone: tzinfo = UTC) -> datetime | None:
    """What calendar and clock show there at that moment; None beyond the years 1 to 9999."""
    try:
        return datetime.fromtimestamp(moment, zone)
    except (ValueError, OverflowError, OSError):  # OSError: Windows, for years before 1970
        return None


def clock_text(moment: "Seconds", zone: tzinfo = UTC) -> str:
    """A moment as people read it, with its zone: "2030-05-01 18:30 UTC"."""
    there = at_clock(moment, zone)
    return beyond(moment) if there is None else f"{_written(there)} {zone_text(there)}"


def beyond(moment: "Seconds") -> str:
    """How to speak of a moment that no calendar has."""
    if isnan(moment):
        return "no time at all"
    return "a time after the year 9999" if moment > 0 else "a time before the year 1"


def zone_text(there: datetime) -> str:
    """The zone's abbreviation at that moment, where there is one: "CEST"; else "UTC-03:00".

    A zone without an abbreviation calls itself "-03", one that is misspelt in `TZ` by its first
    letters, and one of Windows by several words.
    """
    name = there.tzname() or ""
    if name.isascii() and name.isalpha() and name.isupper():
        return name
    return f"UTC{offset_text(there)}"


def offset_text(there: datetime) -> str:
    """How far the clock there is from UTC, as ISO 8601 writes it: "+05:30"."""
    return there.isoformat(timespec="minutes")[len("2030-05-01T18:30") :]


def moments_of(wall: datetime, zone: tzinfo) -> list[datetime]:
    """When clocks in that zone show that: mostly once, never in a gap, twice in a fold.

    Args:
        wall: without a zone.

    Returns:
        In UTC, the earlier first.

    Raises:
        OverflowError: the moment is beyond the years 1 to 9999.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = _seen_from(UTC, wall.replace(tzinfo=zone, fold=fold))
        is_shown = _seen_from(zone, moment).replace(tzinfo=None) == wall
        if is_shown and moment not in found:
            found.append(moment)
    return sorted(found)


def only_moment_of(wall: datetime, zone: tzinfo, *, after: datetime) -> datetime:
    """The moment when clocks in that zone show that, in UTC.

    Args:
        wall: without a zone.
        after: of two moments, one that is not later than this is not meant.

    Raises:
        ValueError: there is none, or there are two; the text says what to write instead.
    """
    try:
        found = moments_of(wall, zone)
    except OverflowError as exc:
        raise ValueError(f"{_written(wall)} is at the edge of the calendar") from exc
    if not found:
        raise ValueError(
            f"there is no {_written(wall)} here, as clocks are put forward past it: write a time "
            "before or after"
        )
    choices = [moment for moment in found if moment > after]
    if len(choices) > 1:
        first, second = (offset_text(one.astimezone(zone)) for one in choices)
        shown = _written(wall)
        raise ValueError(
            f"{shown} comes twice here, as clocks are put back: write {shown}{first}, or {second}"
        )
    return choices[0] if choices else found[-1]


def _seen_from(zone: tzinfo, moment: datetime) -> datetime:
    try:
        return moment.astimezone(zone)
    except ValueError as exc:  # so says the system about its own zone
        raise OverflowError(str(exc)) from exc


def _written(there: datetime) -> str:
    # `%Y` does not fill years before 1000 with zeros on every system.
    return there.replace(tzinfo=None).isoformat(" ", "minutes")
