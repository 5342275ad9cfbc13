"""A scheduled room as a calendar file: iCalendar, RFC 5545."""

from collections.abc import Iterator
from datetime import UTC, datetime

from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room, Seconds

USUAL_LENGTH: Seconds = 3600.0
"""Of an entry, when the room has no longest duration."""
LINE_OCTETS = 75
"""The longest line, RFC 5545 §3.1."""


def calendar(room: Room, *, starts_at: Seconds, link: str, now: Seconds) -> str:
    """One event in one calendar.

    Args:
        link: where the room is; its host tells rooms of several servers apart.
    """
    length = room.kind.settings.max_duration_s or USUAL_LENGTH
    missed = room.life is Life.ENDED and room.live_since is None
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tui-rooms//tui-rooms//EN",
        "BEGIN:VEVENT",
        f"UID:{_text(link.partition('://')[2])}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(starts_at)}",
        f"DURATION:PT{int(length)}S",
        f"SUMMARY:{_text(room.title)}",
        *([f"DESCRIPTION:{_text(room.description)}"] if room.description else []),
        f"LOCATION:{_text(link)}",
        f"URL:{link}",
        f"STATUS:{'CANCELLED' if missed else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _utc(moment: Seconds) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A value of type TEXT, RFC 5545 §3.3.11. Lines are split at \\n only: no others are there."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, no character cut; the later begin with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_OCTETS:
            yield piece
            piece = " "
        piece += character
    yield piece
