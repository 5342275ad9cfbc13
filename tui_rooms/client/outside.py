"""A room that one acts on, or reads, without being in it."""

from collections.abc import Callable
from typing import TypeVar

from tui_rooms.client.commands import RoomCommands
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.client.reading import RoomPages
from tui_rooms.wire import messages

A = TypeVar("A", bound=messages.Answer)


class OutsideRoom(RoomCommands, RoomPages):
    """What hosts and cohosts do from outside, and what anyone reads of a room that has ended."""

    def __init__(self, room_id: str, signalling: Signalling) -> None:
        """Not for callers: use `Lobby.room`."""
        self.room_id = room_id
        self.told: str | None = None
        """What the server said about the newest command, beside that it is done."""
        self.kept = True
        """Whether the newest command outlives the server; False while its disk takes nothing."""
        self._signalling = signalling

    async def do(self, command: messages.WireCommand) -> str | None:
        """Send any command; the id of the message or report that it has made, if any."""
        ack = await self.ask(
            lambda number: messages.Do(id=number, room=self.room_id, command=command),
            messages.Ack,
        )
        self.told, self.kept = ack.told, ack.kept
        return ack.made

    async def ask(self, build: Callable[[int], messages.ClientMessage], kind: type[A]) -> A:
        """Send any request; its answer, which is of that kind."""
        return await self._signalling.ask(build, kind)

    @property
    def read_room(self) -> str | None:
        """This room."""
        return self.room_id
