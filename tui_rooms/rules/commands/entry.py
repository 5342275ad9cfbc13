"""Who may come in."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEntry:
    """Lock the room, close it to new guests, or open it again; whoever is in it stays."""

    kind: Literal["set_entry"] = "set_entry"
    entry: Entry
