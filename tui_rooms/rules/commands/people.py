"""Coming, going, and changing roles."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRoom:
    """Come in. Without a wish for a role, as high as one may."""

    kind: Literal["join_room"] = "join_room"
    role: Role | None = None
    again: bool = False
    """By itself: a client comes back to the place that it had, and its person decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRoom:
    """Go out."""

    kind: Literal["leave_room"] = "leave_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole:
    """Promote or demote somebody who is here, or whose role is remembered."""

    kind: Literal["change_role"] = "change_role"
    identity: str
    role: Role
