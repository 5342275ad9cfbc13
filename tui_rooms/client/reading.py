"""What one can read of a room beyond what is always known: pages, on request."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from tui_rooms.wire import messages

A = TypeVar("A", bound=messages.Answer)


class RoomPages(ABC):
    """The pages of a room, asked for through `ask`.

    Each method raises `RoomError` when it is refused and `LinkError` without a connection.
    """

    @abstractmethod
    async def ask(self, build: Callable[[int], messages.ClientMessage], kind: type[A]) -> A:
        """Send a request; its answer, which is of that kind.

        Raises:
            RoomError: refused.
            LinkError: no connection.
        """

    @property
    @abstractmethod
    def read_room(self) -> str | None:
        """Which room; None: the one that the connection is in."""

    async def participants(
        self, text: str = "", *, offset: int = 0, limit: int = 100
    ) -> messages.Participants:
        """Who is here, the stage first; only those with that text in their name."""
        return await self.ask(
            lambda number: messages.ListParticipants(
                id=number, room=self.read_room, text=text, offset=offset, limit=limit
            ),
            messages.Participants,
        )

    async def absent(
        self, text: str = "", *, offset: int = 0, limit: int = 100
    ) -> messages.Absentees:
        """Who has left lately, and who is blocked; only those with that text in their name.

        It takes `mute-users`, `kick-users` or `block-users`.
        """
        return await self.ask(
            lambda number: messages.ListAbsent(
                id=number, room=self.read_room, text=text, offset=offset, limit=limit
            ),
            messages.Absentees,
        )

    async def messages_before(
        self, message_id: str | None = None, *, limit: int = 100
    ) -> messages.ChatPage:
        """Messages older than that one, or without one the newest."""
        return await self.ask(
            lambda number: messages.ReadChat(
                id=number, room=self.read_room, before=message_id, limit=limit
            ),
            messages.ChatPage,
        )

    async def audit_log(self, before: int | None = None, *, limit: int = 100) -> messages.AuditPage:
        """Who did what to whom, the newest first; it takes `mute-users`."""
        return await self.ask(
            lambda number: messages.ReadAudit(
                id=number, room=self.read_room, before=before, limit=limit
            ),
            messages.AuditPage,
        )

    async def reports(self, *, offset: int = 0, limit: int = 100) -> messages.ReportsPage:
        """What was reported, the newest first; it takes `read-reports`."""
        return await self.ask(
            lambda number: messages.ReadReports(
                id=number, room=self.read_room, offset=offset, limit=limit
            ),
            messages.ReportsPage,
        )
