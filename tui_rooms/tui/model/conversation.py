"""The chat of a room as one person follows it: how far back, how far read, to whom they write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room

KEPT: Final = 1_000
"""Messages; the server has those before."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that was written and is not sent: not yet, or it was refused."""

    text: str
    to: Address


class Conversation:
    """The room keeps the newest messages only; here stay those too that were seen before."""

    def __init__(self, room: Room) -> None:
        """What was written before one came counts as read."""
        self.to: Address = ToEveryone()
        self.has_older = len(room.chat) >= room.kind.settings.chat_history
        """Whether the server may have more."""
        self.unsent: list[Draft] = []
        """What waits until the line is free again."""
        self._known: dict[str, ChatMessage] = {}
        self._read = set(room.chat)

    def chat(self, room: Room) -> tuple[ChatMessage, ...]:
        """All that is known, the newest last; to be asked whenever the room has changed."""
        if self._known and room.chat and not self._known.keys() & room.chat.keys():
            # One was away for longer than the room remembers: between these two is a hole, which
            # is read from the server like everything that is older.
            self._known, self.has_older = {}, True
        self._known.update(room.chat)
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
            self.has_older = True
        return tuple(self._known.values())

    def add_older(self, chat: Sequence[ChatMessage], *, more: bool) -> None:
        """These come before all that is known."""
        page = {message.message_id: message for message in chat}
        self._known = {**page, **self._known}
        self.has_older = more

    def delete(self, message_id: str, by: str) -> None:
        """Its text is gone for everybody, here too."""
        if (message := self._known.get(message_id)) is not None:
            self._known[message_id] = replace(message, text="", deleted_by=by)

    def unread(self, room: Room, me: str) -> int:
        """How many of others one has not seen."""
        return sum(
            one.identity != me and one.message_id not in self._read for one in room.chat.values()
        )

    def read(self, room: Room) -> None:
        """One sees them all."""
        self._read = set(room.chat)
