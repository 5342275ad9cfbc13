"""Somebody came, went, or has another role."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StageJoined:
    kind: Literal["stage_joined"] = "stage_joined"
    identity: str
    name: str
    role: Role
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLeft:
    kind: Literal["stage_left"] = "stage_left"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceJoined:
    kind: Literal["audience_joined"] = "audience_joined"
    identity: str
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceLeft:
    kind: Literal["audience_left"] = "audience_left"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsDropped:
    """Hand, offer and request of a listener who has gone are void."""

    kind: Literal["claims_dropped"] = "claims_dropped"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged:
    """Somebody who is here has another role; on the stage they start muted."""

    kind: Literal["role_changed"] = "role_changed"
    identity: str
    name: str
    role: Role
    by: str | None
    """None: the room passed to a cohost."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRemembered:
    """Somebody who is away will come back in that role."""

    kind: Literal["role_remembered"] = "role_remembered"
    identity: str
    role: Role
    by: str
    at: Seconds
