"""Reactions and custom events were sent, attributes set."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    kind: Literal["reacted"] = "reacted"
    identity: str
    name: str
    emoji: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSent:
    kind: Literal["event_sent"] = "event_sent"
    identity: str
    name: str
    type: str
    data: str
    """JSON, at most 4 KiB in UTF-8."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSet:
    kind: Literal["attribute_set"] = "attribute_set"
    key: str
    value: str | None
    """None: it was removed."""
    version: int
    by: str
    at: Seconds
