"""A room with its real shell, and people in it whose connections are the test's own."""

import asyncio
from collections.abc import Callable

from tests.server.silent_engine import SilentEngine
from tui_rooms.client.link.mirror import Mirror
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.evolve import logged
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.replaying import replayed
from tui_rooms.wire import messages
from tui_rooms.wire.features import KNOWN


def actor(name: str) -> Actor:
    """Somebody called so."""
    return Actor(identity=name, name=name.title(), knows_password=True)


class Person:
    """One client: the real mirror behind a connection that can break."""

    def __init__(self, live: LiveRoom, name: str, *, features: frozenset[str] = KNOWN) -> None:
        """`features`: what their program knows beyond version 1 of the wire."""
        self.live = live
        self.name = name
        self.features = features
        self.mirror = Mirror()
        self.seat: Seat | None = None
        self.out: tuple[str, str] | None = None
        """Why they were sent out."""
        self.heard: list[messages.ServerMessage] = []
        self.texts: list[str] = []
        self.bytes = 0

    async def join(self, *, actor: Actor) -> None:
        """Come in, or come back with what is known."""
        seat = Seat(
            identity=self.name,
            outbox=Outbox(),
            evict=lambda code, reason: self._evict(seat, code, reason),
            features=self.features,
        )
        command = commands.JoinRoom()
        await self.live.join(command, actor, seat, upto=self.mirror.upto)
        self.seat, self.out = seat, None

    async def drop(self) -> None:
        """The connection breaks; what was on its way is lost."""
        assert self.seat is not None
        seat, self.seat = self.seat, None
        await self.live.suspend(seat)

    async def leave(self) -> None:
        """Go out, and forget the room."""
        assert self.seat is not None
        seat, self.seat = self.seat, None
        self.mirror = Mirror()
        await self.live.leave(seat)

    async def read(self) -> list[messages.ServerMessage]:
        """Take in all that was sent; the new messages."""
        new: list[messages.ServerMessage] = []
        while self.seat is not None and self.seat.outbox.waiting:
            text = await self.seat.outbox.take()
            assert text is not None
            self.texts.append(text)
            self.bytes += len(text.encode())
            new.append(messages.SERVER_MESSAGE.validate_json(text))
        for message in new:
            match message:
                case messages.Snapshot():
                    self.mirror.snapshot(message)
                case messages.Events():
                    self.mirror.events(message)
                case messages.Audience():
                    self.mirror.audience(message)
        self.heard += new
        return new

    @property
    def room(self) -> Room:
        """What this client knows."""
        assert self.mirror.room is not None
        return self.mirror.room

    def _evict(self, seat: Seat, code: str, reason: str) -> None:
        if seat is self.seat:  # a broken connection is told nothing
            self.out, self.seat = (code, reason), None
            self.mirror = Mirror()


async def open_room(
    *,
    kept: RoomLog | None = None,
    kind: RoomType = AUDIO_ROOM,
    clock: Callable[[], float] | None = None,
    live: bool = True,
    engine: SilentEngine | None = None,
) -> tuple[Registry, LiveRoom]:
    """A server's registry with one room, made by Ana."""
    loop = asyncio.get_running_loop()
    registry = Registry(
        engine or SilentEngine(),
        kept=kept or MemoryLog(),
        room_types={kind.name: kind},
        clock=clock or (lambda: 1_000_000.0 + loop.time()),
    )
    await registry.start()
    wanted = commands.CreateRoom(room_id="tea", title="Tea", live=live)
    return registry, await registry.create(wanted, room_type=kind.name, actor=actor("ana"))


async def assert_the_log_tells_the_room(live: LiveRoom, kept: RoomLog) -> None:
    """What would come of a restart now is what is there."""
    found = await replayed(kept, live.room_id)
    assert found is not None
    room, version = found
    assert version == live.version
    assert logged(live.room) == room


def say(text: str) -> commands.SendMessage:
    """A message to everyone, with its text as its id."""
    return commands.SendMessage(message_id=text, text=text, to=ToEveryone())
