"""Whom a room takes, in words."""

from collections.abc import Mapping
from typing import Final

from tui_rooms.rules.entry import Entry

ENTRY_WORDS: Final[Mapping[Entry, str]] = {
    Entry.OPEN: "everyone",
    Entry.NO_GUESTS: "no new guests: only with a token or an invitation",
    Entry.LOCKED: "nobody new: the room is locked",
}
"""For whoever chooses."""
CLOSED_WORDS: Final[Mapping[Entry, str]] = {
    Entry.OPEN: "",
    Entry.NO_GUESTS: "no new guests",
    Entry.LOCKED: "locked",
}
"""For whoever looks; nothing for what is usual."""
