"""A door whose visitors come through memory, in virtual time."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import Address
from starlette.websockets import WebSocketDisconnect

from tests.server.silent_engine import SilentEngine
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import Addresses, AddressLimits
from tui_rooms.server.door.changes import Changes
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.passwords import Passwords
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.loop_time import LoopTime, payer_of
from tui_rooms.server.door.visitor import Visitor
from tui_rooms.server.rooms.away import AwaySeats
from tui_rooms.server.rooms.bill import paid
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.wire import features

NOON: Seconds = 1_000_000.0
"""When a test begins."""


class Hours:
    """The clock on the wall of the server's machine."""

    def __init__(self) -> None:
        self.ahead: Seconds = 0.0
        """By which somebody has set it."""

    def __call__(self) -> Seconds:
        return NOON + asyncio.get_running_loop().time() + self.ahead


class Visit:
    """One connection: a client's end of a WebSocket whose other end is a `Visitor`."""

    def __init__(self, address: str | None = None) -> None:
        """`address`: from where; None comes through a Unix socket."""
        self.client = None if address is None else Address(address, 0)
        self.told: list[dict[str, Any]] = []
        """All that the server has said, in its order."""
        self.closed: tuple[int, str] | None = None
        """By the server: code and reason."""
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._ids = itertools.count(1)
        self._news = asyncio.Event()

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request; its answer."""
        number = next(self._ids)
        self._say({"type": kind, "id": number, **fields})
        return await self.hear(lambda message: message.get("id") == number)

    async def do(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a command to the room; its answer."""
        return await self.ask("do", command={"kind": kind, **fields})

    async def hear(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that fits, whether it has come or is to come."""
        async with asyncio.timeout(3600):
            while True:
                for message in self.told:
                    if fits(message):
                        return message
                self._news.clear()
                await self._news.wait()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was said of one type."""
        return [message for message in self.told if message["type"] == kind]

    @property
    def session(self) -> str:
        """The newest secret."""
        return str([message for message in self.told if "session" in message][-1]["session"])

    def leave(self) -> None:
        """Close the connection properly."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})

    def break_off(self) -> None:
        """The link breaks without a word, or the program at its end dies."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1006})

    # The server's end.

    async def accept(self) -> None:
        """The handshake."""

    async def receive(self) -> dict[str, Any]:
        """What the client says next."""
        return await self._said.get()

    async def send_text(self, text: str) -> None:
        """To the client."""
        if self.closed is not None:
            raise WebSocketDisconnect
        self.told.append(json.loads(text))
        self._news.set()

    async def close(self, code: int, reason: str) -> None:
        """By the server."""
        self.closed = (code, reason)
        self._said.put_nowait({"type": "websocket.disconnect", "code": code})

    def _say(self, message: dict[str, Any]) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})


class House:
    """A server without sockets: its rooms are in memory, and outlive it."""

    def __init__(
        self,
        keys: Path,
        kept: RoomLog,
        wall: Hours,
        *,
        guests: bool,
        cost: Callable[[], Seconds] | None,
    ) -> None:
        self.wall = wall
        clock = Hours()  # that of rooms, which nobody sets
        self._passwords = Passwords(clock=clock)
        engine = SilentEngine()
        self.door = Door(
            registry=Registry(engine, kept=kept, clock=clock),
            engine=engine,
            keys=load_keys(keys),
            away=AwaySeats(),
            passwords=self._passwords,
            addresses=Addresses(AddressLimits(), clock=clock),
            changes=Changes(clock),
            loop_time=LoopTime(clock, cost or time.thread_time),
            guests=guests,
            clock=clock,
            wall=wall,
        )
        self._visits: list[asyncio.Task[None]] = []

    def token(self, identity: str, *, life: Seconds, **grant: Any) -> str:
        """For somebody whose name is their identity, in capitals."""
        known = Grant(identity=identity, name=identity.title(), **grant)
        return mint(self.door.keys, known, now=self.wall(), life=life)

    async def visit(self, address: str | None = None, **hello: Any) -> Visit:
        """A connection that has said hello, and was answered."""
        come = Visit(address)
        visitor = Visitor(come, self.door)  # type: ignore[arg-type]
        bill = self.door.loop_time.bill(payer_of(address))
        self._visits.append(asyncio.create_task(paid(bill, visitor.serve())))
        known = {"features": sorted(features.KNOWN)}
        come._say({"type": "hello", "version": 1, **known, **hello})
        await come.hear(lambda message: message["type"] in ("welcome", "refused"))
        return come

    async def open(self) -> None:
        """Carry on with the rooms that are kept."""
        for room in await self.door.registry.start():
            self.door.away.expect_all(room)

    async def end(self) -> None:
        """As a crash would: nobody's place is given up."""
        for visit in self._visits:
            visit.cancel()
        if self._visits:
            await asyncio.wait(self._visits)
        await self.door.away.close()
        await self.door.registry.close()
        self._passwords.close()


@contextlib.asynccontextmanager
async def house(
    keys: Path,
    kept: RoomLog | None = None,
    *,
    wall: Hours | None = None,
    guests: bool = False,
    cost: Callable[[], Seconds] | None = None,
) -> AsyncIterator[House]:
    """A server, until the end of the block; with what is `kept` it carries on.

    Args:
        keys: a directory for what signs its tokens.
        cost: what the server has computed so far; None: as it is.
    """
    opened = House(keys, kept or MemoryLog(), wall or Hours(), guests=guests, cost=cost)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.end()
