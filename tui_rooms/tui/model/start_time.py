"""When a room starts, as a person writes and reads it: in the zone of their own machine unless
they say, by the rules of that date."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tui_rooms.rules.moments import at_clock, beyond, moments_of, only_moment_of, zone_text

if TYPE_CHECKING:
    from tui_rooms.rules.records import Seconds

HINT: Final = "now; or 20:30, or 2030-05-01 20:30"
_DATE_ALONE: Final = len("2030-05-01")


def parse_start(text: str, now: datetime) -> "Seconds | None":
    """The moment in seconds since the epoch; None for now.

    Args:
        text: nothing, a time of day (the next one), or a date with a time, with or without an
            offset such as +02:00.
        now: in the zone that counts where none is written.

    Raises:
        ValueError: it is none of these, or over, or no clock will show it, or two will; the text
            says so.
    """
    words = text.strip()
    if not words or words.casefold() == "now":
        return None
    at = _next(words, now) or _dated(words, now)
    if at <= now:
        raise ValueError(f"{words[:40]} is over already")
    return at.timestamp()


def told_start(at: "Seconds", now: datetime) -> str:
    """The moment as people say it, with its zone: the day when that is not today, the year too."""
    there = at_clock(at, now.tzinfo or UTC)
    if there is None:
        return beyond(at)
    if there.date() == now.date():
        day = ""
    else:
        day = there.strftime("%a %d %b " if there.year == now.year else "%a %d %b %Y ")
    return f"{day}{there:%H:%M} {zone_text(there)}"


def told_distance(at: "Seconds", now: datetime) -> str:
    """How far away the moment is: "in 2 h 10 min", "3 days ago"."""
    if at_clock(at) is None:
        return ""
    seconds = at - now.timestamp()
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return "now"
    days, hours = minutes // (24 * 60), minutes // 60
    if days >= 1:
        far = "1 day" if days == 1 else f"{days} days"
    elif hours >= 1:
        far = f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    else:
        far = f"{minutes} min"
    return f"in {far}" if seconds > 0 else f"{far} ago"


def _next(words: str, now: datetime) -> datetime | None:
    """The next time that clocks show that time of day; None when it is something else."""
    try:
        clock = datetime.strptime(words, "%H:%M").time()
    except ValueError:
        return None
    zone = now.tzinfo or UTC
    day = datetime.combine(now.date(), clock)
    if day <= now.replace(tzinfo=None) and all(at <= now for at in moments_of(day, zone)):
        day += timedelta(days=1)
    return only_moment_of(day, zone, after=now)


def _dated(words: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        at = None
    if at is None or len(words) <= _DATE_ALONE:
        raise ValueError(f"“{words[:40]}” is no time; write {HINT}")
    return at if at.tzinfo else only_moment_of(at, now.tzinfo or UTC, after=now)
