"""One's place in a room of a server: getting in, and getting back in after the link was lost."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.search import Looking, Search
from tui_rooms.client.link.server_clock import ServerClock
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.client.options import CreateOptions
from tui_rooms.rtc.way import way_to
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role
from tui_rooms.wire import messages

A = TypeVar("A", bound=messages.Answer)

SNAPSHOT_TIMEOUT: Final = 10.0
PASSING: Final = frozenset({"busy", "not-kept", "not-read", "too-fast", "too-many-tries"})
"""Refusals that end by themselves: after a failure all come back to a server at once, and one whose
disk is full has room again some time."""


class Place:
    """Keeps the connection, and what it takes to have the same place on the next one."""

    def __init__(
        self,
        address: Address,
        *,
        name: str | None,
        token: str | None,
        session: str | None,
        password: str | None,
        media: bool,
        on_message: Callable[[messages.ServerMessage], None],
        on_session: Callable[[str], None] = lambda _: None,
        on_silent: Callable[[bool], None] = lambda _: None,
        on_search: Callable[[Looking | None], None] = lambda _: None,
    ) -> None:
        """
        Args:
            on_silent: is told when nothing comes from the server, and when something does again.
            on_search: is told when it is looked for next, while it is.
        """
        self.room_id = ""
        self.welcome = messages.Welcome(identity="", name=name or "", session=session or "")
        """Who we are; empty before the first connection."""
        self._address = address
        self._name = name
        self._token = token
        self._session = session
        self._password = password
        self._media = media
        self._on_message = on_message
        self._on_session = on_session
        self._on_silent = on_silent
        self._on_search = on_search
        self._search: Search | None = None
        """While the server is looked for."""
        self._remote: tuple[str, int] | None = None
        """Where it was reached last."""
        self._signalling: Signalling | None = None
        self._clock = ServerClock.told(None)
        self._seen = asyncio.Event()

    async def arrive(
        self, room: str | None, role: Role | None, create: CreateOptions | None
    ) -> None:
        """Connect and come in; with `create` the room is made when it does not exist.

        Raises:
            LinkError, RoomError: no way in; the connection is closed then.
        """
        await self._connect()
        try:
            if room is None:
                if create is None:
                    raise RoomError("no-room", "which room? Name one, or use a join link")
                room = await self._create(None, create)
            self.room_id = room
            try:
                await self._join(role)
            except RoomError as exc:
                if exc.code != "unknown-room" or create is None:
                    raise
                await self._create(room, create)
                await self._join(role)
        except BaseException:
            await self.close()
            raise

    async def come_back(
        self, error: LinkError, role: Role | None, upto: int | None, patience: float
    ) -> None:
        """Look for the server and take our place again.

        Args:
            error: why the link was lost.
            role: what we were; when that is no longer granted, what we may be now.
            upto: the number of the newest batch that we know; what is new is told then.
            patience: seconds after which it is given up.

        Raises:
            LinkError, RoomError: there is no way back.
        """
        self._search = search = Search(patience, tell=self._on_search, network=self._network)
        try:
            while error.retryable and not search.is_over:
                await search.pause()
                try:
                    await self._connect()
                    return await self._join_again(role, upto)
                except LinkError as exc:
                    error = exc
                except RoomError as exc:
                    if exc.code not in PASSING:
                        raise
                    error = LinkError(exc.code, exc.sentence, retryable=True)
                await self.close()
        finally:
            search.end()
            self._search = None
        if error.retryable:
            error = LinkError(
                "server-gone", f"given up after {patience:g} s: {error.sentence}", retryable=False
            )
        raise error

    def look_now(self) -> None:
        """Look for the server without waiting any longer; nothing happens while it is there."""
        if self._search is not None:
            self._search.now()

    async def request(self, build: Callable[[int], messages.ClientMessage]) -> messages.Ack:
        """As `Signalling.request`, on the connection of now."""
        return await self._connected.request(build)

    async def ask(self, build: Callable[[int], messages.ClientMessage], kind: type[A]) -> A:
        """As `Signalling.ask`, on the connection of now."""
        return await self._connected.ask(build, kind)

    async def ended(self) -> LinkError:
        """Wait until the connection of now is over, and say why."""
        return await self._connected.ended()

    def now(self) -> Seconds:
        """What time it is at the server; before the first connection, here."""
        return self._clock.now()

    @property
    def round_trip_ms(self) -> float | None:
        """By the newest ping that was answered."""
        return self._signalling.round_trip_ms if self._signalling else None

    async def close(self) -> None:
        """Disconnect; more than once changes nothing."""
        if self._signalling is not None:
            await self._signalling.close()

    @property
    def _connected(self) -> Signalling:
        if self._signalling is None:
            raise RuntimeError("arrive() comes first")
        return self._signalling

    async def _connect(self) -> None:
        self._signalling = await Signalling.open(
            self._address, token=self._token, name=self._name, session=self._session
        )
        self.welcome = self._signalling.welcome
        self._clock = self._signalling.clock
        self._session = self.welcome.session
        self._on_session(self._session)
        self._remote = self._signalling.remote
        self._seen.clear()
        self._on_silent(False)
        self._signalling.start(self._hear, self._on_silent)

    def _network(self) -> str | None:
        """By which of our addresses the server is reached, as far as is known without asking."""
        return None if self._remote is None else way_to(self._remote)

    def _hear(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.Session):
            self._session = message.session
            self.welcome = self.welcome.model_copy(update={"session": message.session})
            self._on_session(message.session)
            return
        self._on_message(message)
        if isinstance(message, messages.Snapshot | messages.Events):
            self._seen.set()

    async def _create(self, room: str | None, create: CreateOptions) -> str:
        try:
            ack = await self.request(
                lambda number: messages.CreateRoom(
                    id=number,
                    room=room,
                    title=create.title,
                    description=create.description,
                    room_type=create.room_type,
                    live=create.live,
                    starts_at=create.starts_at,
                    private=create.private,
                    password=create.password,
                )
            )
        except RoomError as exc:
            if exc.code == "room-exists" and room is not None:
                return room  # somebody else was faster
            raise
        return ack.room or room or ""

    async def _join(self, role: Role | None, upto: int | None = None) -> None:
        """Ask to come in, and wait until the room is known."""
        await self.request(
            lambda number: messages.JoinRoom(
                id=number,
                room=self.room_id,
                role=role,
                password=self._password,
                media=self._media,
                upto=upto,
            )
        )
        seen = asyncio.create_task(self._seen.wait())
        ended = asyncio.create_task(self.ended())
        try:
            await asyncio.wait(
                {seen, ended}, timeout=SNAPSHOT_TIMEOUT, return_when=asyncio.FIRST_COMPLETED
            )
            if ended.done() and not seen.done():
                raise ended.result()
            if not seen.done():
                raise LinkError("no-answer", "the server does not show the room", retryable=True)
        finally:
            seen.cancel()
            ended.cancel()
            await asyncio.wait({seen, ended})

    async def _join_again(self, role: Role | None, upto: int | None) -> None:
        try:
            await self._join(role, upto)
        except RoomError as exc:
            if exc.code not in ("not-allowed", "stage-full"):
                raise
            # The role was taken away meanwhile, or the place on the stage by somebody else.
            await self._join(None, upto)
