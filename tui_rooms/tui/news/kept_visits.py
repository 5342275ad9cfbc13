"""Who one was in rooms when the program died there: on the disk, told of in the lobby, taken up
again by going in. It runs in the client's thread."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.tui import messages
from tui_rooms.tui.model.server_choice import ServerChoice

if TYPE_CHECKING:
    from tui_rooms.client.kept.returning import Keeping
    from tui_rooms.client.kept.sessions import KeptSessions, Visit
    from tui_rooms.client.lobby import Lobby

PROGRAM: Final = "screen"
"""Of --plain too: both are a person's."""
OWN_SERVER: Final = "the server of one's own"
"""It has another port each time."""
LOOKED_AT: Final = 10
"""Rooms of one server, the newest; each costs a request."""


class KeptVisits:
    """Of one person, on every server."""

    def __init__(self, directory: Path | None, put: Callable[[Message], None]) -> None:
        """
        Args:
            directory: where they are kept; None for nowhere.
            put: takes messages for the screen, from any thread.
        """
        self._directory = directory
        self._put = put
        self._opened: KeptSessions | None = None
        self._looked_at: set[str] = set()
        """Servers."""
        self._warned = False

    def at(self, server: ServerChoice) -> "Keeping | None":
        """What comes in there takes up, and leaves behind."""
        from tui_rooms.client.kept.returning import Keeping

        if self._directory is None:
            return None
        known_by = OWN_SERVER if server.embedded else ""
        return Keeping(sessions=self._sessions(self._directory), program=PROGRAM, server=known_by)

    def warn(self) -> None:
        """Say, once, that nothing can be kept."""
        fault = self._opened.fault if self._opened is not None else ""
        if fault and not self._warned:
            self._warned = True
            sentence = "If tui-rooms dies while you are in a room, you come back as a new guest"
            self._put(messages.Noticed(f"{sentence}: it {fault}."))

    async def look(self, server: ServerChoice, lobby: "Lobby", name: str) -> None:
        """Tell, once, where one was; forget what is over."""
        keeping = self.at(server)
        address = parse_address(server.url)
        if keeping is None or address.http in self._looked_at:
            return
        self._looked_at.add(address.http)
        me = keeping.visitor(address, name=name, token=server.token)
        left = await asyncio.to_thread(keeping.sessions.left_at, me.server)
        with suppress(LinkError):
            for visit in left[:LOOKED_AT]:
                title = await self._still_open(lobby, visit)
                if title is None:
                    await asyncio.to_thread(keeping.sessions.forget, visit)
                elif title and me.is_again(visit.who):
                    goes_on = f"“{title}” goes on without you"
                    self._put(
                        messages.Noticed(f"{goes_on}: go in, and you are who you were there.")
                    )

    async def scheduled(
        self, server: ServerChoice, room_id: str, *, name: str, session: str
    ) -> None:
        """One has made a room that starts later: whenever that is, one is its host."""
        from tui_rooms.client.kept.sessions import Visit

        keeping = self.at(server)
        if keeping is None:
            return
        me = keeping.visitor(parse_address(server.url), name=name, token=server.token)
        visit = Visit(who=me, room=room_id, session=session)
        held = await asyncio.to_thread(keeping.sessions.keep, visit)
        if held is not None:
            held.let_go()
        self.warn()

    def _sessions(self, directory: Path) -> "KeptSessions":
        from tui_rooms.client.kept.sessions import KeptSessions

        if self._opened is None:
            self._opened = KeptSessions(directory, tell=lambda s: self._put(messages.Noticed(s)))
        return self._opened

    async def _still_open(self, lobby: "Lobby", visit: "Visit") -> str | None:
        """The title of a room that goes on, empty while it has not begun; None when it is over."""
        try:
            found = (await lobby.preview(visit.room)).room
        except RoomError as refused:
            return None if refused.code == "unknown-room" else ""
        if found.life is Life.ENDED:
            return None
        return "" if found.life is Life.SCHEDULED else found.title
