"""Which server one is at, and who one is there."""

from dataclasses import replace

from tui_rooms.client.link.address import parse_address
from tui_rooms.rules.errors import RoomError
from tui_rooms.tui.model.server_choice import Connect, ServerChoice
from tui_rooms.tui.news.beside import beside
from tui_rooms.tui.news.sessions import Sessions


class CurrentServer:
    """The one that `connect` finds, until a person chooses another."""

    def __init__(self, connect: Connect, name: str) -> None:
        self.name = name
        """What one wants to be called, from the next time on that one comes in."""
        self.choice: ServerChoice | None = None
        """None until it is found."""
        self.sessions = Sessions()
        self._connect = connect
        self._wanted: ServerChoice | None = None
        """The one that somebody chose here, instead of what `connect` finds."""

    @property
    def token(self) -> str | None:
        """From settings, command line or link. From any thread."""
        choice = self.choice
        return None if choice is None else choice.token or parse_address(choice.url).token

    async def find(self) -> ServerChoice:
        """The server to be at; one that started by itself is looked for each time.

        Whatever `connect` raises comes through.
        """
        before = self.choice
        if before is not None and not before.embedded:
            return before
        found = self._wanted if self._wanted is not None else await beside(self._connect)
        # Into the room that the address names one goes once, at the first time.
        room = (found.room or parse_address(found.url).room) if before is None else None
        self.choice = replace(found, room=room)
        return self.choice

    def take_room(self) -> str | None:
        """The room that the address named, once."""
        if self.choice is None or self.choice.room is None:
            return None
        room, self.choice = self.choice.room, replace(self.choice, room=None)
        return room

    def change(self, wanted: ServerChoice | None) -> None:
        """Find another one from now on; None: what `connect` finds."""
        self.choice, self._wanted = None, wanted

    def has_expired(self, error: RoomError) -> bool:
        """Whether it was our session that was refused; then it is forgotten, to come anew."""
        choice = self.choice
        return choice is not None and error.code == "bad-token" and self.sessions.forget(choice)
