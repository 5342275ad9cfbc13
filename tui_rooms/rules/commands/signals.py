"""Reactions, custom events, and attributes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class React:
    """Send an emoji of the room's set; it is shown and forgotten."""

    kind: Literal["react"] = "react"
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEvent:
    """Tell every client something of one's own; it is passed on and forgotten."""

    kind: Literal["send_event"] = "send_event"
    type: str
    data: str
    """JSON, at most 4 KiB in UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAttribute:
    """Set a value of the room's small store, or with None remove it."""

    kind: Literal["set_attribute"] = "set_attribute"
    key: str
    value: str | None
    expected_version: int | None = None
    """Refuse unless the key has this version now; 0: unless it is missing; None: never."""
