"""What every connection of a server shares, and who it lets in as whom."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.joining import takes_password
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.door.addresses import Addresses, stranger
from tui_rooms.server.door.changes import Changes, PersonWriter
from tui_rooms.server.door.credentials.keys import Keys
from tui_rooms.server.door.credentials.passwords import Passwords
from tui_rooms.server.door.credentials.tokens import (
    ANY_ROOM,
    GUEST,
    Grant,
    expired,
    is_of,
    read_session,
    verify,
)
from tui_rooms.server.door.loop_time import LoopTime
from tui_rooms.server.door.own_parts import OwnParts
from tui_rooms.server.door.reading_turns import ReadingTurns
from tui_rooms.server.door.refusals import Refusals
from tui_rooms.server.door.sight import Sight
from tui_rooms.server.rooms.away import AwaySeats
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.telling.backlog import Backlog
from tui_rooms.sfu.port import MediaEngine
from tui_rooms.wire import messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One server has one."""

    registry: Registry
    engine: MediaEngine
    keys: Keys
    away: AwaySeats
    passwords: Passwords
    addresses: Addresses
    guests: bool
    """Whether somebody without a token may come in."""
    local_guests: bool = False
    """Whether at least somebody on this machine may, who comes through no proxy."""
    clock: Callable[[], Seconds]
    """What time it is in rooms: for rates and durations, it never steps."""
    public_url: str | None = None
    """As people know the server; None: as whoever asks has reached it."""
    wall: Callable[[], Seconds] = time.time
    """What time of day it is: for tokens, which other machines make too, and what people say."""
    parts: OwnParts = field(default_factory=OwnParts)
    """Knows parts of our own by their tickets."""
    refusals: Refusals = field(default_factory=Refusals)
    """How often it has said no."""
    reading: ReadingTurns = field(default_factory=ReadingTurns)
    """Who searches and reads pages now."""
    backlog: Backlog = field(default_factory=Backlog)
    """What waits unread at all connections."""
    loop_time: LoopTime = field(default_factory=lambda: LoopTime(time.monotonic))
    """What every address has used of the loop's time."""
    changes: Changes = field(default_factory=lambda: Changes(time.monotonic))
    """What people have changed of late."""
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    """Tells this server, from its start to its end, from those before and after it."""

    def seen_from(self, address: str | None) -> "Door":
        """The door as it is for somebody who comes from there."""
        if self.guests or not self.local_guests or stranger(address) is not None:
            return self
        return replace(self, guests=True)

    @property
    def sight(self) -> Sight:
        """What there is for whom."""
        return Sight(self.registry, self.guests)

    def recognise(self, hello: messages.Hello, *, person: Grant | None = None) -> Grant:
        """Who says hello, and by what name.

        Args:
            person: whom a part of our own vouches for; a token says better who it is.

        Raises:
            RoomError: they may not come in, their version is another, or that is no name.
        """
        if hello.version != messages.VERSION:
            raise RoomError(
                "bad-version",
                f"this server speaks version {messages.VERSION} of the protocol, "
                f"you speak {hello.version}: update the older one",
            )
        if person is not None and hello.token is None:
            return person.called(hello.name)
        grant = self._granted(hello.token, hello.session)
        if grant is None:
            if not self.guests:
                raise RoomError(
                    "token-required",
                    "this server needs a token: ask its operator for one (tui-rooms token)",
                )
            grant = Grant(identity=f"{GUEST}{secrets.token_hex(6)}", guest=True)
        if grant.guest and not self.guests:
            raise RoomError("token-required", "this server has no guests any more: get a token")
        return grant.called(hello.name)

    def _granted(self, token: str | None, session: str | None) -> Grant | None:
        """What these two say together; None without either."""
        now = self.wall()
        earlier = None if session is None else self._earlier(session, now=now, alone=token is None)
        if token is None:
            return earlier
        try:
            known = verify(self.keys, token, now=now)
        except RoomError:
            # In the room that they are in nobody asks for the token any more.
            if (
                earlier is None
                or earlier.stay is None
                or not is_of(self.keys, token, earlier.identity)
            ):
                raise
            return earlier
        if earlier is None or earlier.identity != known.identity:
            return known
        # A session of another token, perhaps for an earlier room, adds where they were.
        is_another = earlier.given_at != known.given_at
        return (
            replace(known, stay=earlier.stay) if is_another or earlier.has_ended(now) else earlier
        )

    def _earlier(self, session: str, *, now: Seconds, alone: bool) -> Grant | None:
        """What a session says; one that says nothing any more is no obstacle beside a token."""
        try:
            earlier = read_session(self.keys, session, now=now)
            if earlier.has_ended(now) and earlier.stay is None:
                raise expired()
        except RoomError:
            if alone:
                raise
            return None
        return earlier

    def actor(self, grant: Grant, room: Room, *, address: str | None = None) -> Actor:
        """The bearer of that grant, in one room.

        Args:
            address: from where they come in; it counts for those whom nobody vouches for.

        Raises:
            RoomError: `wrong-room`, when it is for others.
        """
        sight = self.sight
        sight.require(grant, room.room_id, room.created_at)
        counts = sight.is_for(grant, room.room_id, room.created_at)
        return Actor(
            identity=grant.identity,
            name=grant.name,
            granted=grant.role if counts else None,
            capabilities=grant.capabilities if counts else frozenset(),
            guest=grant.guest,
            network=self.addresses.network(address) if grant.anonymous else None,
        )

    def writer(self, grant: Grant, room: Room, address: str | None) -> PersonWriter:
        """Who answers for what the bearer of that grant does in a room."""
        # Every guest gets a token for the room that they make: they are counted by address too.
        counts = self.sight.is_for(grant, room.room_id, room.created_at)
        is_stranger = grant.anonymous or ANY_ROOM not in grant.rooms
        return PersonWriter(
            self.changes,
            identity=grant.identity,
            granted=grant.role if counts else None,
            address=stranger(address) or "this machine" if is_stranger else None,
        )

    async def create(
        self, wanted: commands.CreateRoom, *, room_type: str, grant: Grant, address: str | None
    ) -> LiveRoom:
        """Make a room for the bearer of that grant.

        Raises:
            RoomError: they may not, or guests from their address have enough, or the rules refuse.
        """
        # Every guest gets a token for the room that they make: it frees nobody from the limits.
        is_limited = grant.guest or ANY_ROOM not in grant.rooms
        may_create(grant, wanted.room_id or None, guests=self.sight.is_a_guest(grant))
        if is_limited:
            self.addresses.check_rooms(address, self.registry.is_open)
        if wanted.room_id and self.registry.is_open(wanted.room_id):
            there = self.registry.find(wanted.room_id).room
            self.sight.require(grant, there.room_id, there.created_at)  # it is told that it exists
        elif wanted.room_id:
            await self.sight.require_next(grant, wanted.room_id)
        actor = Actor(identity=grant.identity, name=grant.name, granted=grant.role)
        made = await self.registry.create(wanted, room_type=room_type, actor=actor)
        if is_limited:
            self.addresses.made_room(address, made.room_id)
        return made

    async def knows_password(
        self, room: Room, actor: Actor, given: str | None, address: str | None
    ) -> bool:
        """Whether that is the room's password; one that is not needed is not looked at.

        Raises:
            RoomError: `wrong-password`, or too many were tried.
        """
        if given is None or not takes_password(room, actor):
            return False
        await self.passwords.check(
            room=room.room_id,
            kept=room.password_hash,
            given=given,
            address=address,
            person=actor.identity,
            is_vouched_for=actor.network is None,
        )
        return True


def may_create(grant: Grant, room: str | None, *, guests: bool) -> None:
    """Refuse whoever may not make a room.

    Args:
        room: its id; None: any that is free, which takes a grant for all rooms.

    Raises:
        RoomError: `not-allowed`, when neither guests nor this grant may make that room.
    """
    if not guests and not (grant.role is Role.HOST and grant.covers(room or ANY_ROOM)):
        raise RoomError(
            "not-allowed",
            f"'{grant.name}' may not make {'rooms' if room is None else f'room {room!r}'}: "
            f"it takes a token with the role host for {'all rooms' if room is None else 'it'}",
        )
