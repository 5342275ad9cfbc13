"""The chat of a room as one person follows it: how far back, how far read, to whom they write."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that was written and is not sent: not yet, or it was refused."""

    text: str
    to: Address


class Conversation:
    """Older messages stay beside those that the room itself keeps."""

    def __init__(self, room: Room) -> None:
        """What was written before one came counts as read."""
        self.to: Address = ToEveryone()
        self.has_older = len(room.chat) >= room.kind.settings.chat_history
        """Whether the server may have more."""
        self.unsent: list[Draft] = []
        """What waits until the line is free again."""
        self._older: dict[str, ChatMessage] = {}
        self._read = set(room.chat)

    def chat(self, room: Room) -> tuple[ChatMessage, ...]:
        """All that is known, the newest last."""
        return tuple({**self._older, **room.chat}.values())

    def add_older(self, chat: Sequence[ChatMessage], *, more: bool) -> None:
        """These come before all that is known."""
        page = {message.message_id: message for message in chat}
        self._older = {**page, **self._older}
        self.has_older = more

    def unread(self, room: Room, me: str) -> int:
        """How many of others one has not seen."""
        return sum(
            one.identity != me and one.message_id not in self._read for one in room.chat.values()
        )

    def read(self, room: Room) -> None:
        """One sees them all."""
        self._read = set(room.chat)
