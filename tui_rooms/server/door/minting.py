"""What the bearer of a token that makes tokens may give: no more than they have, and no longer.

Whoever holds the key's secret signs what they like; these rules are for everybody else who makes
tokens. What they make has their own rooms, role and capabilities at most, ends with their own
token and in thirty days at the latest, and is as of the time of their own: it is for the same
rooms, and not for later ones of the same id. And they vouch for nobody who is more than that in a
room already.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.room_types import RoomType
from tui_rooms.server.door.credentials.tokens import Grant
from tui_rooms.server.rooms.registry import Registry

LONGEST_MADE: Final[Seconds] = 30 * 86_400.0
"""From now to the end of what is made by a token."""
USUAL_LIFE: Final[Seconds] = 86_400.0


class Maker:
    """The bearer of a token that makes tokens."""

    def __init__(
        self, grant: Grant, *, registry: Registry, room_types: Mapping[str, RoomType]
    ) -> None:
        self._grant = grant
        self._name = grant.name or grant.identity
        self._registry = registry
        self._kinds = tuple(room_types.values())

    def checked(self, wanted: Grant) -> Grant:
        """What they may give of that: all of it, as of the time of their own token.

        Raises:
            RoomError: `not-allowed`, and what is too much.
        """
        own = self._grant
        if beyond := [room for room in wanted.rooms if not own.covers(room)]:
            raise self._refused(f"tokens for {', '.join(beyond)}", f"is for {', '.join(own.rooms)}")
        if wanted.role is not None and _rank(wanted.role) > _rank(own.role):
            raise self._refused(
                f"a {wanted.role}'s token", f"is a {own.role}'s" if own.role else "has no role"
            )
        if more := sorted(wanted.capabilities - self._gives()):
            raise self._refused(f"tokens with {', '.join(more)}", "does not have that everywhere")
        for room in self._registry.rooms():
            if wanted.covers(room.room_id):
                self._require_no_more(room, wanted.identity)
        given_at = own.given_at
        if given_at is None:  # of an earlier version, and so is what it makes
            given_at = self._registry.lives.began
        lives = {room: at for room, at in own.lives.items() if room in wanted.rooms}
        wanted = replace(wanted, made_by=own.identity)
        return wanted if own.is_for_all else replace(wanted, given_at=given_at, lives=lives)

    def life(self, wanted: Seconds | None, *, start: Seconds, now: Seconds) -> Seconds:
        """How long what they make is good.

        Args:
            wanted: None: a day, or until their own token ends.

        Raises:
            RoomError: `not-allowed`: that is too long, or begins when their own is over.
        """
        ends = self._grant.expires_at
        latest = now + LONGEST_MADE if ends is None else min(ends, now + LONGEST_MADE)
        life = min(USUAL_LIFE, latest - start) if wanted is None else wanted
        if life < 1 or start + life > latest + 1:  # ends are whole seconds
            why = "their own ends then" if latest == ends else "that is 30 days from now"
            raise RoomError(
                "not-allowed",
                f"'{self._name}' may make tokens until {clock_text(latest)}: {why}; "
                "choose a shorter life",
            )
        return life

    def _require_no_more(self, room: Room, identity: str) -> None:
        """Refuse to vouch for somebody who is more in that room than the maker may give."""
        role = room.role_of(identity)
        more = room.grants.get(identity, frozenset()) - self._gives()
        if role is not None and _rank(role) > _rank(self._grant.role):
            raise self._refused(
                f"a token for '{identity}', who is a {role} in a room already",
                f"is a {self._grant.role}'s" if self._grant.role else "has no role",
            )
        if more:
            raise self._refused(
                f"a token for '{identity}', who has {', '.join(sorted(more))} in a room already",
                "does not have that everywhere",
            )

    def _gives(self) -> frozenset[Capability]:
        """What they may do in each room that their token is for, whatever its type."""
        role, nothing = self._grant.role, frozenset[Capability]()
        by_role = [
            kind.capabilities.get(role, nothing) if role else nothing for kind in self._kinds
        ]
        return self._grant.capabilities | frozenset.intersection(*by_role)

    def _refused(self, what: str, own: str) -> RoomError:
        return RoomError("not-allowed", f"'{self._name}' may not make {what}: their own {own}")


def _rank(role: Role | None) -> int:
    """Who has no role is a listener, like any guest."""
    return (role or Role.LISTENER).rank
