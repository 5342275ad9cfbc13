"""What somebody asks of a room: imperative, checked by `decide`.

`kind` tells them apart on the wire.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """Make a room; the asker becomes its host."""

    kind: Literal["create_room"] = "create_room"
    room_id: str
    title: str
    room_type: str = "audio_room"
    live: bool = False
    """Go live in the same step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRoom:
    """Come in. Without a wish for a role, as high as one may."""

    kind: Literal["join_room"] = "join_room"
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRoom:
    """Go out."""

    kind: Literal["leave_room"] = "leave_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLive:
    """Open the room to listeners."""

    kind: Literal["go_live"] = "go_live"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRoom:
    """End the room for all."""

    kind: Literal["end_room"] = "end_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Close a microphone: one's own, or with `mute-users` another's."""

    kind: Literal["mute"] = "mute"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute:
    """Open one's own microphone."""

    kind: Literal["unmute"] = "unmute"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole:
    """Promote or demote somebody who is here."""

    kind: Literal["change_role"] = "change_role"
    identity: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """The system's own: a deadline of `next_deadline` has come."""

    kind: Literal["expire"] = "expire"


Command: TypeAlias = (
    JoinRoom | LeaveRoom | GoLive | EndRoom | Mute | Unmute | ChangeRole | CreateRoom | Expire
)
