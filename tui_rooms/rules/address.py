"""To whom a message goes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ToEveryone:
    """Everyone in the room, and whoever comes later."""

    kind: Literal["everyone"] = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """One person; nobody else but the sender reads it, moderators neither."""

    kind: Literal["person"] = "person"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoles:
    """Those who hold one of these roles when they read, and the sender."""

    kind: Literal["roles"] = "roles"
    roles: frozenset[Role]


Address: TypeAlias = ToEveryone | ToPerson | ToRoles


def reads(viewer: str, role: Role | None, *, sender: str, to: Address) -> bool:
    """Whether somebody who has that role reads what that sender wrote to that address."""
    match to:
        case ToEveryone():
            return True
        case ToPerson():
            return viewer in (sender, to.identity)
        case ToRoles():
            return viewer == sender or role in to.roles
