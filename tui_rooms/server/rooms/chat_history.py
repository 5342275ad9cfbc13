"""Messages that a room's state no longer holds, read from its log."""

from collections.abc import Iterable
from dataclasses import replace

from tui_rooms.rules.acts.chat import message_from
from tui_rooms.rules.address import reads
from tui_rooms.rules.events import MessageDeleted, MessageSent
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.topics import Topic

CHUNK = 200
"""Messages that are looked through at once: who may read few of many waits, the loop does not."""


class ChatHistory:
    """The messages of one room, as one reader may see them."""

    def __init__(self, log: RoomLog, room_id: str, identity: str, role: Role | None) -> None:
        self._log = log
        self._room_id = room_id
        self._identity = identity
        self._role = role

    async def place_of(self, message_id: str) -> int | None:
        """Where in the log a message was sent; None when there is none, or not for this reader."""
        for seq, event in await self._log.about_messages(self._room_id, [message_id]):
            if isinstance(event, MessageSent) and self._may_read(event):
                return seq
        return None

    async def before(self, message_id: str | None, *, most: int) -> list[ChatMessage]:
        """The newest messages before one in the log, or of all, in order.

        Args:
            message_id: of any message of the room, whoever may read it.
        """
        place = None
        if message_id is not None:
            about = await self._log.about_messages(self._room_id, [message_id])
            place = next((seq for seq, event in about if isinstance(event, MessageSent)), 0)
        return await self.before_place(place, most=most)

    async def before_place(self, place: int | None, *, most: int) -> list[ChatMessage]:
        """The newest messages before that place in the log, in order; None: its end."""
        found: list[MessageSent] = []
        while len(found) < most:
            page = await self._log.newest(self._room_id, Topic.CHAT, before=place, limit=CHUNK)
            sent = (event for _, event in page if isinstance(event, MessageSent))
            found += filter(self._may_read, sent)
            if len(page) < CHUNK:
                break
            place = page[-1].seq
        return await self._as_they_are(reversed(found[:most]))

    def _may_read(self, event: MessageSent) -> bool:
        return reads(self._identity, self._role, sender=event.identity, to=event.to)

    async def _as_they_are(self, sent: Iterable[MessageSent]) -> list[ChatMessage]:
        """Without the text of those that were deleted later."""
        messages = {event.message_id: message_from(event) for event in sent}
        for _, event in await self._log.about_messages(self._room_id, messages):
            if isinstance(event, MessageDeleted):
                there = messages[event.message_id]
                messages[event.message_id] = replace(there, text="", deleted_by=event.by)
        return list(messages.values())
