"""What has happened in a room: past tense, applied by `evolve`.

`AudienceJoined` and `AudienceLeft` are presence: they are never logged and travel in batches.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCreated:
    kind: Literal["room_created"] = "room_created"
    room_id: str
    title: str
    room_type: str
    identity: str
    """The host who made it."""
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    kind: Literal["went_live"] = "went_live"
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEnded:
    kind: Literal["room_ended"] = "room_ended"
    by: str | None
    """None when it ended by itself."""
    at: Seconds


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
class RoleChanged:
    kind: Literal["role_changed"] = "role_changed"
    identity: str
    name: str
    role: Role
    by: str
    at: Seconds


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


Event: TypeAlias = (
    RoomCreated
    | WentLive
    | RoomEnded
    | StageJoined
    | StageLeft
    | AudienceJoined
    | AudienceLeft
    | RoleChanged
    | Muted
    | Unmuted
)

PRESENCE = (AudienceJoined, AudienceLeft)
"""Events that are not in the log."""
