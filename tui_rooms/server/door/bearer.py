"""Whoever is on a connection, and what their token is still good for as time goes by.

A token ends by the wall clock. From then on its bearer is refused whatever asks it; in the room
that they are in they stay who they are until they leave, also when their connection breaks off:
their session says that they were there, and is made anew as long as they are.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tui_rooms.rules.actor import Actor
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.door.changes import PersonWriter
from tui_rooms.server.door.credentials.tokens import (
    SESSION_LIFE,
    Grant,
    Stay,
    expired,
    mint_session,
)
from tui_rooms.server.door.door import Door
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.wire import messages

NOTICE: Seconds = 300.0
"""So long before its end a token is said to end."""
LOOK_EVERY: Seconds = 60.0
"""The wall clock may be set, or stand still with the machine."""
_SHORTEST: Seconds = 0.01


class Bearer:
    """One connection has one."""

    def __init__(
        self,
        door: Door,
        *,
        room: Callable[[], LiveRoom | None],
        push: Callable[[messages.Session | messages.TokenEnds], None],
    ) -> None:
        """
        Args:
            room: where they are now.
            push: tells their client.
        """
        self.grant = Grant(identity="")
        """Nobody, before they have said hello."""
        self._door = door
        self._room = room
        self._push = push
        self._renewed_at: Seconds = 0.0
        self._until: Seconds | None = None
        """When they have to be who they are: a room of theirs starts then."""
        self._told_end: Seconds | None = None
        """What was said of the token's end last: in so many seconds."""

    def recognise(self, hello: messages.Hello, *, person: Grant | None = None) -> str:
        """See who it is; their session.

        Args:
            person: as for `Door.recognise`.

        Raises:
            RoomError: they may not come in.
        """
        self.grant = self._door.recognise(hello, person=person)
        return self._session()

    def require(self) -> None:
        """Refuse what asks the token, when that has ended.

        Raises:
            RoomError: `bad-token`.
        """
        if self._has_ended:
            raise expired()

    def actor(self, room: Room) -> Actor:
        """Who they are in a room.

        Raises:
            RoomError: `wrong-room`, when their token is for others.
        """
        return self._door.actor(self.grant, room)

    def writer(self, room: Room, address: str | None) -> PersonWriter:
        """Who answers for what they do in a room."""
        return self._door.writer(self.grant, room, address)

    def was_in(self, room_id: str) -> bool:
        """Whether their session names that room."""
        return self.grant.stay is not None and self.grant.stay.room == room_id

    def to_join(
        self, room: LiveRoom, role: Role | None, address: str | None
    ) -> tuple[Actor, Role | None]:
        """Who comes into a room, and as what: by the token, or back to a place there.

        Args:
            role: what they wish to be at most.
            address: from where.

        Raises:
            RoomError: `wrong-room`, or `bad-token` when that has ended and there is no place.
        """
        actor = self._door.actor(self.grant, room.room, address=address)
        if self._has_ended and self._check_return(room) is Role.LISTENER:
            return replace(actor, granted=actor.granted and Role.LISTENER), Role.LISTENER
        return actor, role

    def check_return(self, room: LiveRoom) -> None:
        """The same when it is their turn to come in: they may have been sent out since.

        Raises:
            RoomError: `bad-token`.
        """
        if self._has_ended:
            self._check_return(room)

    def came_in(self) -> None:
        """They are in a room: from now on their session says so."""
        if self.grant.expires_at is not None:
            self._renew()

    def scheduled(self, starts_at: Seconds) -> None:
        """They have made a room that starts then."""
        self._until = max(self._until or starts_at, starts_at)
        self._renew()

    async def watch(self, ended: Callable[[], Awaitable[None]]) -> None:
        """Renew the session in time, and tell when the token ends, for ever.

        Args:
            ended: called when it does; whoever comes back after that is about to join.
        """
        comes_back = self._has_ended
        while True:
            now = self._door.wall()
            if now >= self._renewed_at + SESSION_LIFE / 2:
                self._renew()
            wait = min(LOOK_EVERY, self._renewed_at + SESSION_LIFE / 2 - now)
            if (ends := self.grant.expires_at) is not None:
                left = max(0.0, ends - now)
                if left <= NOTICE and (self._told_end is None or left <= 0.0 < self._told_end):
                    self._told_end = left
                    self._push(messages.TokenEnds(in_s=left))
                    if not left and not comes_back:
                        await ended()
                wait = min(wait, left - NOTICE if left > NOTICE else left or LOOK_EVERY)
            await asyncio.sleep(max(wait, _SHORTEST))

    @property
    def _has_ended(self) -> bool:
        return self.grant.has_ended(self._door.wall())

    def _renew(self) -> None:
        self._push(messages.Session(session=self._session()))

    def _session(self) -> str:
        self._renewed_at = self._door.wall()
        room = self._room()
        if room is not None and self.grant.expires_at is not None:
            stay = Stay(room.room_id, room.room.created_at, self._door.run)
            self.grant = replace(self.grant, stay=stay)
        return mint_session(self._door.keys, self.grant, now=self._renewed_at, until=self._until)

    def _check_return(self, room: LiveRoom) -> Role | None:
        """As what they may come back at most; None: as what they were.

        Listeners are in no log. After a restart their session alone says that they were there, and
        the log that nobody has sent them out since.

        Raises:
            RoomError: `bad-token`, not at all.
        """
        stay, identity = self.grant.stay, self.grant.identity
        if stay is None or (stay.room, stay.created_at) != (room.room_id, room.room.created_at):
            raise expired()
        if room.room.find(identity) is not None or room.broken_off.holds(identity):
            return None
        was_here = stay.run != self._door.run and self._door.away.expects_listeners(room)
        if was_here and identity not in room.room.sent_out:
            return Role.LISTENER
        raise expired()
