"""What a connection reads without changing anything: searches, previews and pages."""

from collections.abc import Callable

from tui_rooms.rules.room import Room
from tui_rooms.server.door.bearer import Bearer
from tui_rooms.server.door.door import Door
from tui_rooms.server.rooms import pages
from tui_rooms.server.rooms.telling.summaries import preview
from tui_rooms.server.storage.card import RoomState
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.wire import messages
from tui_rooms.wire.requests import PageRequest


class Lookups:
    """One connection has one."""

    def __init__(self, door: Door, bearer: Bearer, here: Callable[[], Room]) -> None:
        """
        Args:
            here: the room that they are in; refuses when they are in none.
        """
        self._door = door
        self._bearer = bearer
        self._here = here

    async def find(self, message: messages.FindRooms) -> messages.Found:
        """Rooms that fit.

        Raises:
            RoomError: the cursor is none of ours.
        """
        query = RoomQuery(
            state=None if message.state is None else RoomState(message.state),
            text=message.text,
            host=message.host,
            since=message.since,
            until=message.until,
            limit=message.limit,
            cursor=message.cursor,
        )
        return await self._door.sight.search(self._bearer.grant, query, request=message.id)

    async def preview(self, message: messages.PreviewRoom) -> messages.ServerMessage:
        """One room, from outside.

        Raises:
            RoomError: there is none that they may see.
        """
        room = await self._door.sight.to_read(self._bearer.grant, message.room)
        return preview(room, request=message.id)

    async def page(self, message: PageRequest) -> messages.ServerMessage:
        """A page of people, of the chat, or of what moderators read.

        Raises:
            RoomError: there is no such room, or it is not for them.
        """
        room, who = await self._reader(message.room)
        match message:
            case messages.ListParticipants():
                return pages.participants_page(room, message)
            case messages.ListAbsent():
                return pages.absent_page(room, who, message, self._door.clock())
            case messages.ReadChat():
                return await pages.chat_page(room, self._door.registry.kept, who, message)
            case messages.ReadAudit():
                return await pages.audit_page(room, self._door.registry.kept, who, message)
            case messages.ReadReports():
                return pages.reports_page(room, who, message)

    async def _reader(self, room_id: str | None) -> tuple[Room, pages.Reader]:
        if room_id is None:
            room = self._here()
        else:
            room = await self._door.sight.to_read(self._bearer.grant, room_id)
        return room, pages.reader(room, self._bearer.actor(room))
