"""Microphones were opened and closed."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    """Also of somebody who is not here: they are told when they come back."""

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
    revoked: tuple[str, ...] = ()
    """Who has lost `send-audio` until it is granted again: in logs from before
    `UnmutingForbidden`."""
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmutingForbidden:
    """Whoever is below that role may not unmute, until `UnmutingAllowed` or a grant."""

    kind: Literal["unmuting_forbidden"] = "unmuting_forbidden"
    below: Role
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmutingAllowed:
    kind: Literal["unmuting_allowed"] = "unmuting_allowed"
    by: str
    at: Seconds
