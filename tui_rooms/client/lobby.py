"""The rooms of one server, before joining one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from tui_rooms.client.address import parse_address
from tui_rooms.client.errors import LinkError
from tui_rooms.client.signalling import Signalling
from tui_rooms.wire.messages import CreateRoom, Rooms, RoomSummary, ServerMessage, WatchRooms


class Lobby:
    """A look at a server's rooms; it goes on until closed."""

    def __init__(self, signalling: Signalling) -> None:
        self._signalling = signalling
        self._rooms: tuple[RoomSummary, ...] | None = None
        self._changed = asyncio.Event()

    @classmethod
    async def enter(cls, url: str, *, token: str | None = None, name: str | None = None) -> Self:
        """Connect and fetch the list; `close` it in the end, or use `connect`.

        Raises:
            LinkError: bad address, no server, or one that we do not understand.
            RoomError: the token or the name is refused.
        """
        address = parse_address(url)
        signalling = await Signalling.open(address, token=token or address.token, name=name)
        lobby = cls(signalling)
        try:
            signalling.start(lobby._on_message)
            await signalling.request(lambda number: WatchRooms(id=number))
            await lobby._next_change()
        except BaseException:
            await signalling.close()
            raise
        return lobby

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, url: str, *, token: str | None = None, name: str | None = None
    ) -> AsyncIterator[Self]:
        """`async with Lobby.connect(url) as lobby`; raises as `enter`."""
        lobby = await cls.enter(url, token=token, name=name)
        try:
            yield lobby
        finally:
            await lobby.close()

    @property
    def identity(self) -> str:
        """Who we are for this server."""
        return self._signalling.welcome.identity

    @property
    def name(self) -> str:
        """The name that the server gave or granted us."""
        return self._signalling.welcome.name

    @property
    def session(self) -> str:
        """The secret that makes us the same guest again, for `RoomClient.join`."""
        return self._signalling.welcome.session

    @property
    def rooms(self) -> tuple[RoomSummary, ...]:
        """All rooms that have not ended, the fullest first."""
        return self._rooms or ()

    async def updates(self) -> AsyncIterator[tuple[RoomSummary, ...]]:
        """The list now and after each change; changes in between are skipped.

        Raises:
            LinkError: the connection is lost.
        """
        while True:
            yield self.rooms
            await self._next_change()

    async def create(
        self,
        title: str,
        *,
        room_type: str = "audio_room",
        live: bool = True,
        room: str | None = None,
    ) -> str:
        """Make a room and return its id.

        Raises:
            RoomError: refused.
            LinkError: the connection is lost.
        """
        ack = await self._signalling.request(
            lambda number: CreateRoom(
                id=number, room=room, title=title, room_type=room_type, live=live
            )
        )
        if ack.room is None:
            raise LinkError("bad-message", "the server made a room without an id", retryable=False)
        return ack.room

    async def close(self) -> None:
        """Disconnect; more than once changes nothing."""
        await self._signalling.close()

    def _on_message(self, message: ServerMessage) -> None:
        if isinstance(message, Rooms):
            self._rooms = message.rooms
            self._changed.set()

    async def _next_change(self) -> None:
        ended = asyncio.create_task(self._signalling.ended())
        changed = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait({ended, changed}, return_when=asyncio.FIRST_COMPLETED)
            if not changed.done():
                raise await ended
            self._changed.clear()
        finally:
            ended.cancel()
            changed.cancel()
            await asyncio.wait({ended, changed})
