"""What may be said beyond version 1 of the wire, and to whom.

`hello` and `welcome` name what each side knows. A server tells a client of no event that it does
not know, and a client asks no server for what that does not know. Whatever comes after version 1
stands in one of the tables below, with the name of the feature that it belongs to.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field

from tui_rooms.wire.fields import spelt

Feature: TypeAlias = Annotated[
    str, *spelt("[a-z0-9][a-z0-9-]{0,39}", "a name of small letters, digits and dashes, 1 to 40")
]
"""A name: lower-case letters, digits and dashes, 1 to 40."""
Features: TypeAlias = Annotated[frozenset[Feature], Field(max_length=200)]

ABSENT: Final = "absent"
"""Who has left lately, and who is blocked, as a list."""
ENTRY: Final = "entry"
"""Rooms that are locked, or closed to new guests."""
ROOM_CHANGES: Final = "room-changes"
"""The list of rooms is sent once, and then what changes in it."""
SILENCE: Final = "silence"
"""All are muted for good, whoever comes later too."""
STRANGERS: Final = "strangers"
"""Somebody of whom a room knows nothing can be kept out of it."""

COMMANDS: Final[Mapping[str, str]] = {
    "set_entry": ENTRY,
    "allow_unmuting": SILENCE,
    "block_stranger": STRANGERS,
}
"""By `kind`: what a server must know to be asked for it."""
REQUESTS: Final[Mapping[str, str]] = {"list_absent": ABSENT}
"""The same by `type`, for whole requests."""
EVENTS: Final[Mapping[str, str]] = {
    "entry_set": ENTRY,
    "insiders_noted": ENTRY,
    "came_back": ENTRY,
    "came_from": ENTRY,
    "unmuting_forbidden": SILENCE,
    "unmuting_allowed": SILENCE,
}
"""By `kind`: what a client must know to be told of it. Others find its effect in a snapshot."""
PUSHES: Final[Mapping[str, str]] = {
    "absent": ABSENT,
    "rooms_changed": ROOM_CHANGES,
    "session": "token-end",
    "token_ends": "token-end",  # nosec B105 # of a feature
}
"""The same by `type`, for whole messages of the server's."""
OF_ROOMS: Final = {"entry"}
"""The fields of a room in a list that came after version 1."""
FIELDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ack": {"told": True, "kept": True},
    "rooms": {"rooms": {"__all__": OF_ROOMS}},
    "found": {"rooms": {"__all__": OF_ROOMS}},
    "preview": {"room": OF_ROOMS},
    "snapshot": {
        "room": {
            *("departures", "entry", "first_live_at", "insiders", "muted_by", "networks"),
            *("revision", "sent_out", "silent_below"),
        }
    },
}
"""By `type` of a message of the server's: the fields that came after version 1. A client of that
version refuses what it does not know; all others leave it out by themselves."""
OTHERS: Final[frozenset[str]] = frozenset({"calendar-links", "clock", "public-url"})
"""Further names, of what has no kind of its own."""

KNOWN: Final[frozenset[str]] = OTHERS.union(
    COMMANDS.values(),
    REQUESTS.values(),
    EVENTS.values(),
    PUSHES.values(),
)
"""What this program knows."""


def needed(request: str, command: str | None = None) -> frozenset[str]:
    """What a server must know to be asked this.

    Args:
        request: the `type` of the message.
        command: the `kind` of the command in it, if there is one.
    """
    names = REQUESTS.get(request), COMMANDS.get(command or "")
    return frozenset(name for name in names if name is not None)


def unsaid(message: str, known: frozenset[str]) -> Mapping[str, Any] | None:
    """The fields of a server's message of that `type` that are left out for a client.

    Args:
        known: the features that it has named; none are of version 1.
    """
    return None if known else FIELDS.get(message)
