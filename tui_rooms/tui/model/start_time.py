"""When a room starts, as a person writes it: in the zone of their own machine unless they say."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rooms.rules.records import Seconds

HINT = "now; or 20:30, or 2030-05-01 20:30"


def parse_start(text: str, now: datetime) -> "Seconds | None":
    """The moment in seconds since the epoch; None for now.

    Args:
        text: nothing, a time of day (the next one), or a date with a time, with or without an
            offset such as +02:00.
        now: with its zone.

    Raises:
        ValueError: it is none of these, or over; the text says so.
    """
    words = text.strip()
    if not words or words.casefold() == "now":
        return None
    try:
        at = datetime.combine(now.date(), datetime.strptime(words, "%H:%M").time(), now.tzinfo)
        at = at if at > now else at + timedelta(days=1)
    except ValueError:
        try:
            at = datetime.fromisoformat(words)
        except ValueError:
            raise ValueError(f"“{words}” is no time; write {HINT}") from None
        at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
    if at <= now:
        raise ValueError(f"{words} is over already")
    return at.timestamp()


def told_start(at: "Seconds", now: datetime) -> str:
    """The moment as people say it, with its zone."""
    there = datetime.fromtimestamp(at, now.tzinfo)
    day = "" if there.date() == now.date() else there.strftime("%a %d %b ")
    return f"{day}{there:%H:%M} {there.tzname() or ''}".strip()


def told_distance(at: "Seconds", now: datetime) -> str:
    """How far away the moment is: "in 2 h 10 min", "3 days ago"."""
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
