"""A scheduled room as a calendar file: iCalendar, RFC 5545."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from tui_rooms.rules.room import Room, Seconds

USUAL_LENGTH: Seconds = 3600.0
"""Of an entry, when the room has no longest duration."""
LINE_OCTETS: Final = 75
"""The longest line, RFC 5545 §3.1."""
LOOK_AGAIN: Final = "PT15M"
"""How often calendars that follow a link may do so, RFC 7986 §5.7."""
_OF_ROOMS: Final = uuid.UUID("0d1ccd39-57a5-4bb5-9ee2-7a5e8ae9b3a2")
"""The name space of rooms, chosen by chance."""
# Whatever programs take for the end of a line, though the RFC knows one only; no others of these
# may stand in a file.
_AS_LINE_ENDS: Final = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_DROPPED: Final = dict.fromkeys(
    code for code in (*range(32), 127) if chr(code) not in "\t\n" and code not in _AS_LINE_ENDS
)
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(room: Room, *, starts_at: Seconds, link: str) -> str:
    """One event in one calendar.

    It says the same whenever it is asked for, until something changes: so calendars that know it
    by its identifier see by its number that it is newer.

    Args:
        link: where the room is. By which name its server was asked tells no rooms apart.
    """
    length = room.kind.settings.max_duration_s or USUAL_LENGTH
    title = _text(room.title)
    changed = _utc(room.revision.at)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tui-rooms//tui-rooms//EN",
        f"NAME:{title}",
        f"X-WR-CALNAME:{title}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{LOOK_AGAIN}",
        f"X-PUBLISHED-TTL:{LOOK_AGAIN}",
        "BEGIN:VEVENT",
        f"UID:{identifier(room)}",
        f"SEQUENCE:{room.revision.number}",
        f"DTSTAMP:{changed}",
        f"CREATED:{_utc(room.created_at)}",
        f"LAST-MODIFIED:{changed}",
        f"DTSTART:{_utc(starts_at)}",
        f"DURATION:PT{int(length)}S",
        f"SUMMARY:{title}",
        *([f"DESCRIPTION:{_text(room.description)}"] if room.description else []),
        f"LOCATION:{_text(link)}",
        f"URL:{link}",
        f"STATUS:{'CANCELLED' if room.called_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def identifier(room: Room) -> str:
    """Of this very room: another one of that name, later or elsewhere, has another one."""
    return str(uuid.uuid5(_OF_ROOMS, f"{room.room_id} {room.created_at!r}"))


def _utc(moment: Seconds) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A value of type TEXT, RFC 5545 §3.3.11."""
    lines = value.replace("\r\n", "\n").translate(_AS_LINE_ENDS)
    return lines.translate(_DROPPED).translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, no character cut; the later begin with a space."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
