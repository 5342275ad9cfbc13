"""Microphones were opened and closed."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    kind: Literal["muted"] = "muted"
    identity: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmuted:
    kind: Literal["unmuted"] = "unmuted"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AllMuted:
    kind: Literal["all_muted"] = "all_muted"
    muted: tuple[str, ...]
    """Whose microphones were open."""
    revoked: tuple[str, ...]
    """Who has lost `send-audio` until it is granted again."""
    by: str
    at: Seconds
