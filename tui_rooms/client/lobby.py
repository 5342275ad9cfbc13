"""The rooms of one server, before joining one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, Self
from urllib.parse import quote

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.posting import posted
from tui_rooms.client.link.room_list import RoomList
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.client.outside import OutsideRoom
from tui_rooms.client.updates import TokenEnds
from tui_rooms.rules.records import Seconds
from tui_rooms.wire import messages
from tui_rooms.wire.messages import (
    ROOMS_SHOWN,
    CreateRoom,
    FindRooms,
    Found,
    Preview,
    PreviewRoom,
    Rooms,
    RoomsChanged,
    RoomSummary,
    ServerMessage,
    Session,
    WatchRooms,
)

OpenState = Literal["upcoming", "live"]


class Lobby:
    """A look at a server's rooms; it goes on until closed."""

    def __init__(
        self,
        signalling: Signalling,
        on_token_end: Callable[[TokenEnds], None] | None = None,
    ) -> None:
        self._signalling = signalling
        self._session = signalling.welcome.session
        self._on_token_end = on_token_end
        self._list = RoomList()
        self._changed = asyncio.Event()

    @classmethod
    async def enter(
        cls,
        url: str,
        *,
        token: str | None = None,
        name: str | None = None,
        session: str | None = None,
        on_token_end: Callable[[TokenEnds], None] | None = None,
        on_silent: Callable[[bool], None] = lambda _: None,
    ) -> Self:
        """Connect and fetch the list; `close` it in the end, or use `connect`.

        Args:
            on_token_end: told when the token is about to end, and when it does.
            on_silent: told when nothing comes from the server, and when something does again.

        Raises:
            LinkError: bad address, no server, or one that we do not understand.
            RoomError: the token or the name is refused.
        """
        address = parse_address(url)
        signalling = await Signalling.open(
            address, token=token or address.token, name=name, session=session
        )
        lobby = cls(signalling, on_token_end)
        try:
            signalling.start(lobby._on_message, on_silent)
            await lobby.watch()
        except BaseException:
            await signalling.close()
            raise
        return lobby

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        url: str,
        *,
        token: str | None = None,
        name: str | None = None,
        session: str | None = None,
        on_token_end: Callable[[TokenEnds], None] | None = None,
        on_silent: Callable[[bool], None] = lambda _: None,
    ) -> AsyncIterator[Self]:
        """`async with Lobby.connect(url) as lobby`; takes and raises what `enter` does."""
        lobby = await cls.enter(
            url,
            token=token,
            name=name,
            session=session,
            on_token_end=on_token_end,
            on_silent=on_silent,
        )
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
        """The secret that makes us the same person again, for `RoomClient.join`."""
        return self._session

    def now(self) -> Seconds:
        """What time it is at the server, in seconds since the epoch; any thread may ask."""
        return self._signalling.clock.now()

    @property
    def public_url(self) -> str | None:
        """What links to its rooms begin with, if the server's operator has said so."""
        return self._signalling.welcome.url

    @property
    def rooms(self) -> tuple[RoomSummary, ...]:
        """The open rooms that are watched, the fullest first."""
        return self._list.rooms

    @property
    def complete(self) -> bool:
        """Whether `rooms` holds all that could be watched, or only the fullest of very many."""
        return len(self.rooms) < ROOMS_SHOWN

    async def updates(self) -> AsyncIterator[tuple[RoomSummary, ...]]:
        """The list now and after each change; changes in between are skipped.

        Raises:
            LinkError: the connection is lost.
        """
        while True:
            yield self.rooms
            await self._next_change()

    async def watch(self, state: OpenState | None = None, text: str = "") -> None:
        """From now on list open rooms of that state, or of both, with these words.

        Raises:
            RoomError: refused.
            LinkError: the connection is lost.
        """
        await self._signalling.request(lambda number: WatchRooms(id=number, state=state, text=text))
        await self._next_change()

    async def find(
        self,
        text: str = "",
        *,
        state: OpenState | Literal["ended"] | None = None,
        host: str = "",
        since: Seconds | None = None,
        until: Seconds | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Found:
        """Search all rooms, ended ones too, page by page; see `FindRooms`.

        Raises:
            RoomError: refused.
            LinkError: the connection is lost.
        """
        return await self._signalling.ask(
            lambda number: FindRooms(
                id=number,
                state=state,
                text=text,
                host=host,
                since=since,
                until=until,
                limit=limit,
                cursor=cursor,
            ),
            Found,
        )

    async def preview(self, room: str) -> Preview:
        """A room with a sentence about who is there, without joining it.

        Raises:
            RoomError: there is no such room.
            LinkError: the connection is lost.
        """
        return await self._signalling.ask(lambda number: PreviewRoom(id=number, room=room), Preview)

    def room(self, room: str) -> OutsideRoom:
        """A room to act on, or to read, from here; it is not asked for before that."""
        return OutsideRoom(room, self._signalling)

    async def calendar_link(self, room: str) -> str:
        """One's own secret link to a scheduled room's calendar file, for a calendar to follow.

        Raises:
            RoomError: the room has no start, or the server does not know of such links yet.
            LinkError: the server cannot be reached.
        """
        self._signalling.require("calendar-links")
        return await posted(
            self._signalling.address,
            f"/api/rooms/{quote(room, safe='')}/calendar-links",
            {},
            token=self._session,
            gives="link",
            otherwise="makes no calendar links",
        )

    async def create(
        self,
        title: str,
        *,
        room_type: str = "audio_room",
        live: bool = True,
        room: str | None = None,
        description: str = "",
        starts_at: Seconds | None = None,
        private: bool = False,
        password: str | None = None,
    ) -> str:
        """Make a room and return its id; with `starts_at` it is scheduled, and not live yet.

        Raises:
            RoomError: refused.
            LinkError: the connection is lost.
        """
        ack = await self._signalling.request(
            lambda number: CreateRoom(
                id=number,
                room=room,
                title=title,
                description=description,
                room_type=room_type,
                live=live and starts_at is None,
                starts_at=starts_at,
                private=private,
                password=password,
            )
        )
        if ack.room is None:
            raise LinkError("bad-message", "the server made a room without an id", retryable=False)
        return ack.room

    async def close(self) -> None:
        """Disconnect; more than once changes nothing."""
        await self._signalling.close()

    def _on_message(self, message: ServerMessage) -> None:
        if isinstance(message, Rooms | RoomsChanged):
            self._list.take(message)
            self._changed.set()
        elif isinstance(message, Session):
            self._session = message.session
        elif isinstance(message, messages.TokenEnds) and self._on_token_end is not None:
            self._on_token_end(TokenEnds(message.in_s))

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
