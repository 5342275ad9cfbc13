"""Who may come in, who was in, and where people come from."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.entry import Entry
from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySet:
    """Unless it is open, `InsidersNoted` follows."""

    kind: Literal["entry_set"] = "entry_set"
    entry: Entry
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class InsidersNoted:
    """Who was in the room when it was closed, and so may come back: nobody is told."""

    kind: Literal["insiders_noted"] = "insiders_noted"
    identities: tuple[str, ...]
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """Somebody who was sent out joins again, by a decision of their own: nobody is told."""

    kind: Literal["came_back"] = "came_back"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CameFrom:
    """Whose connection comes from where: nobody is told, and no log has it."""

    kind: Literal["came_from"] = "came_from"
    identity: str
    network: str
    """See `Actor.network`."""
    at: Seconds
