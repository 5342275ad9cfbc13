"""What there is for somebody: a token of some rooms shows and gives nothing of any other.

Where guests are let in its bearer sees of other rooms what every guest does, unless it was made by
another token; elsewhere nothing, not even whether a room is there: that is decided before anybody
looks.
"""

from dataclasses import dataclass, replace
from functools import partial

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.door.credentials.tokens import Grant
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.telling.listing import Only
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.wire import messages


@dataclass(frozen=True, slots=True)
class Sight:
    """One server has one."""

    registry: Registry
    guests: bool
    """Whether somebody without a token may come in."""

    def is_for(self, grant: Grant, room_id: str, created_at: Seconds | None) -> bool:
        """Whether what a grant gives is for that room.

        Args:
            created_at: tells it from others that have its id before or after it; None: the next
                one of that id, which is to be made now.
        """
        if grant.is_for_all:
            return True
        if room_id not in grant.rooms:
            return False
        if room_id in grant.lives:
            return grant.lives[room_id] == created_at
        return self.registry.lives.is_for(room_id, created_at, given_at=grant.given_at)

    def is_a_guest(self, grant: Grant) -> bool:
        """Whether they are let in as a guest where their token is not for.

        Not by a token that another token has made, by whatever identity its maker chose: there may
        be somebody of that identity in a room for which that maker vouches for nobody.
        """
        return self.guests and not grant.made_by

    def require(self, grant: Grant, room_id: str, created_at: Seconds | None) -> None:
        """Refuse whoever has nothing to do with that room.

        Raises:
            RoomError: `wrong-room`; it says the same whether there is such a room or not.
        """
        if self.is_a_guest(grant) or self.is_for(grant, room_id, created_at):
            return
        if grant.covers(room_id) and grant.given_at is None:
            raise RoomError(
                "wrong-room",
                "your token does not say when it was made (iat), so it is for older rooms alone, "
                f"not for any '{room_id}' of now: ask for a new one",
            )
        if grant.covers(room_id):
            raise RoomError(
                "wrong-room",
                f"your token was for an earlier room '{room_id}', which is over: ask for a new one",
            )
        raise RoomError(
            "wrong-room", f"your token is for {', '.join(grant.rooms)}, not for room '{room_id}'"
        )

    async def to_enter(self, grant: Grant, room_id: str) -> LiveRoom:
        """The open room with that id.

        Raises:
            RoomError: `wrong-room`; or as `Registry.to_enter`.
        """
        self._require_id(grant, room_id)
        try:
            room = await self.registry.to_enter(room_id)
        except RoomError as refused:
            if refused.code == "room-ended":
                self.require(grant, room_id, (await self.registry.to_read(room_id)).created_at)
            else:
                await self.require_next(grant, room_id)
            raise
        self.require(grant, room_id, room.room.created_at)
        return room

    async def to_read(self, grant: Grant, room_id: str) -> Room:
        """The room with that id as it is, or as it was when it ended. Not to be changed.

        Raises:
            RoomError: `wrong-room`; or as `Registry.to_read`.
        """
        self._require_id(grant, room_id)
        try:
            room = await self.registry.to_read(room_id)
        except RoomError:
            await self.require_next(grant, room_id)
            raise
        self.require(grant, room_id, room.created_at)
        return room

    async def search(self, grant: Grant, query: RoomQuery, *, request: int = 0) -> messages.Found:
        """A page of the rooms that there are for them.

        Raises:
            RoomError: `bad-cursor`.
        """
        only = self.only(grant)
        if only is None:
            return await self.registry.search(query, request=request)
        query = replace(query, rooms=only.rooms)
        found = await self.registry.search(query, request=request)
        rooms = tuple(room for room in found.rooms if only.sees(room.room, room.created_at))
        return found.model_copy(update={"rooms": rooms})

    def only(self, grant: Grant) -> Only | None:
        """Which rooms a list may show; None: all that are not private."""
        if self.is_a_guest(grant) or grant.is_for_all:
            return None
        return Only(grant.rooms, partial(self.is_for, grant))

    async def require_next(self, grant: Grant, room_id: str) -> None:
        """Refuse whoever has nothing to do with the next room of that id.

        Raises:
            RoomError: `wrong-room`.
        """
        if not (self.is_a_guest(grant) or grant.is_for_all):
            self.registry.lives.note(room_id, await self.registry.kept.forgotten_at(room_id))
        self.require(grant, room_id, None)

    def _require_id(self, grant: Grant, room_id: str) -> None:
        if not grant.covers(room_id):
            self.require(grant, room_id, None)
