"""All rooms of this server: made, found, read, carried on after a restart."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from tui_rooms.rules import commands
from tui_rooms.rules.actor import SYSTEM, Actor
from tui_rooms.rules.acts.people import awaited
from tui_rooms.rules.decide import decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.events import Event, RoomCreated
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.room_types import ROOM_TYPES, RoomType
from tui_rooms.server.rooms.clock import RoomClock
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.lives import Lives
from tui_rooms.server.rooms.room_ids import another_id, by_chance, id_from
from tui_rooms.server.rooms.telling.summaries import summary_of
from tui_rooms.server.rooms.telling.watchers import Watchers
from tui_rooms.server.rooms.uncancelled import Uncancelled
from tui_rooms.server.storage.card import card_after
from tui_rooms.server.storage.errors import StorageError, VersionConflict
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.query import Page, RoomQuery
from tui_rooms.server.storage.replaying import replayed
from tui_rooms.sfu.port import (
    Connected,
    EngineEvent,
    Gone,
    Levels,
    Loss,
    MediaEngine,
    Misplaced,
    PathJudged,
)
from tui_rooms.wire import messages
from tui_rooms.wire.quality import ConnectionQuality

ROOM_LIMIT = 1000
"""Rooms that may be open at once."""
ENDED_KEPT = 8
"""Ended rooms that stay in memory after somebody has read them."""

Observer: TypeAlias = Callable[[Room, Sequence[Event]], None]
"""Is told what has happened in a room; neither waits nor fails."""

log = logging.getLogger(__name__)


def nobody(room: Room, happened: Sequence[Event]) -> None:
    """The observer that does nothing."""


class Registry:
    """Rooms by id. One server has one."""

    def __init__(
        self,
        engine: MediaEngine,
        *,
        kept: RoomLog | None = None,
        room_types: Mapping[str, RoomType] = ROOM_TYPES,
        clock: Callable[[], Seconds] | None = None,
        wall: Callable[[], Seconds] | None = None,
        observe: Observer = nobody,
        lives: Lives | None = None,
    ) -> None:
        """
        Args:
            kept: without it nothing outlives this process.
            clock: what time it is in rooms, seconds since the epoch; it never steps.
            wall: what time of day it is, which starts follow; None: as `clock` says.
            observe: is told all that happens in rooms, after it was kept.
            lives: is told of whose id a new room has.
        """
        self.lives = lives or Lives()
        self.kept = kept or MemoryLog()
        self.watchers = Watchers()
        self._engine = engine
        self._room_types = room_types
        self._clock = clock or RoomClock()
        self._wall = wall or self._clock
        self._observe = observe
        self._rooms: dict[str, LiveRoom] = {}
        self._ended: dict[str, tuple[Room, int]] = {}
        """With their versions: a log that was erased since has another."""
        self._closing: set[asyncio.Task[None]] = set()
        self._making: set[str] = set()
        """Rooms that are on their way into the log, or from there into `_rooms`."""
        self._works = Uncancelled()

    async def start(self) -> list[LiveRoom]:
        """Start the engine, and carry on with the rooms that were open; these."""
        await self._engine.start(self._on_engine)
        for room_id in await self.kept.open_rooms():
            try:
                await self._resume(room_id)
            except (StorageError, RoomError) as error:
                log.error("room '%s' cannot be carried on: %s", room_id, error.sentence)
        return list(self._rooms.values())

    async def close(self) -> None:
        """Close every room and the engine. Rooms that are open stay so in the log."""
        self.watchers.close()
        await self._works.finished()
        for room in list(self._rooms.values()):  # one may end meanwhile
            await room.close()
        await asyncio.gather(*self._closing)
        await self._engine.close()

    async def create(
        self, wanted: commands.CreateRoom, *, room_type: str, actor: Actor
    ) -> LiveRoom:
        """Make a room.

        Args:
            wanted: with an empty `room_id` one is made from the title; that of a private room
                cannot be guessed.
            room_type: the name of its type, which takes the place of the one in `wanted`.

        Raises:
            RoomError: the id is taken, or the rules refuse it.
        """
        if len(self._rooms) >= ROOM_LIMIT:
            raise RoomError("too-many-rooms", f"this server holds {ROOM_LIMIT} rooms already")
        kind = self._room_types.get(room_type)
        if kind is None:
            raise RoomError(
                "bad-room-type",
                f"no room type '{room_type}'; there are: {', '.join(sorted(self._room_types))}",
            )
        wall_ahead = self._wall() - self._clock()
        wanted = replace(wanted, room_type=kind, wall_ahead=wall_ahead)
        if wanted.room_id:
            return await self._create(wanted, actor)
        if wanted.private:
            return await self._create(replace(wanted, room_id=secrets.token_hex(10)), actor)
        stem = id_from(wanted.title)
        try:
            return await self._create(replace(wanted, room_id=stem), actor)
        except RoomError as refused:
            if refused.code != "room-exists":
                raise
        return await self._create(replace(wanted, room_id=by_chance(stem)), actor)

    def find(self, room_id: str) -> LiveRoom:
        """The open room with that id.

        Raises:
            RoomError: `unknown-room`.
        """
        room = self._rooms.get(room_id)
        if room is None:
            raise RoomError(
                "unknown-room",
                f"there is no room '{room_id}' here; see the rooms there are: tui-rooms rooms",
            )
        return room

    def rooms(self) -> list[Room]:
        """Those that have not ended, as they are. Not to be changed."""
        return [room.room for room in self._rooms.values()]

    def is_open(self, room_id: str) -> bool:
        """Whether there is a room of that id that has not ended."""
        return room_id in self._rooms

    async def to_enter(self, room_id: str) -> LiveRoom:
        """The open room with that id.

        Raises:
            RoomError: `unknown-room`, or `room-ended`.
        """
        if room_id not in self._rooms and await self._from_log(room_id) is not None:
            raise RoomError(
                "room-ended",
                f"room '{room_id}' has ended: it can be read, but not joined; "
                f"to go on, open a new one, for instance as '{await self._another_id(room_id)}'",
            )
        return self.find(room_id)

    async def to_read(self, room_id: str) -> Room:
        """The room with that id as it is, or as it was when it ended. Not to be changed.

        Raises:
            RoomError: `unknown-room`.
        """
        open_room = self._rooms.get(room_id)
        if open_room is not None:
            return open_room.room
        return await self._from_log(room_id) or self.find(room_id).room

    async def search(self, query: RoomQuery, *, request: int = 0) -> messages.Found:
        """A page of all rooms, ended ones too.

        Raises:
            RoomError: `bad-cursor`.
        """
        page: Page = await self.kept.query(query)
        found = []
        for card in page.rooms:
            there = self._rooms.get(card.room_id)
            found.append(summary_of(card, there.room if there else None))
        return messages.Found(id=request, rooms=tuple(found), next=page.next)

    async def _create(self, wanted: commands.CreateRoom, actor: Actor) -> LiveRoom:
        there = self._rooms.get(wanted.room_id)
        happened = decide(there.room if there else None, wanted, actor, self._clock())
        if wanted.room_id in self._making:
            raise RoomError("room-exists", f"room '{wanted.room_id}' is being made just now")
        return await self._works.run(self._make(wanted, actor, happened))

    async def _make(
        self, wanted: commands.CreateRoom, actor: Actor, happened: list[Event]
    ) -> LiveRoom:
        """Keep a new room and open it, both or neither."""
        self._making.add(wanted.room_id)
        try:
            await self.kept.append(
                wanted.room_id, happened, expected=0, card=card_after(None, happened)
            )
            self._ended.pop(wanted.room_id, None)  # an earlier room of that id
            self.lives.note(wanted.room_id, await self.kept.forgotten_at(wanted.room_id))
            room = await self._open(_made(happened), len(happened))
        except VersionConflict as conflict:
            self._making.discard(wanted.room_id)
            await self._from_log(wanted.room_id)
            if wanted.room_id in self._rooms:
                decide(self._rooms[wanted.room_id].room, wanted, actor, self._clock())
            free = await self._another_id(wanted.room_id)
            raise RoomError(
                "room-exists",
                f"room id '{wanted.room_id}' was used before, by a room that has ended and can "
                f"still be read: take another, for instance '{free}', or give a title alone",
            ) from conflict
        except StorageError as error:
            log.error("no room can be made: %s", error.sentence)
            raise RoomError(
                "not-kept",
                "no room can be made now: this server cannot keep what happens. Try again in a "
                "moment; if it stays so, its operator finds the reason in the log",
            ) from error
        finally:
            self._making.discard(wanted.room_id)
        self._observe(room.room, happened)
        return room

    async def _resume(self, room_id: str) -> None:
        self._making.add(room_id)
        try:
            found = await replayed(self.kept, room_id)
            if found is None:
                return
            room = await self._open(*found)
        finally:
            self._making.discard(room_id)
        await room.execute(commands.ResumeRoom(), SYSTEM)

    async def _open(self, state: Room, version: int) -> LiveRoom:
        room = LiveRoom(
            state,
            version,
            kept=self.kept,
            engine=self._engine,
            clock=self._clock,
            wall=self._wall,
            on_change=self._changed,
        )
        self._rooms[room.room_id] = room
        await room.open()
        self.watchers.changed(room.room)
        return room

    async def _adopt(self, room_id: str) -> None:
        """Carry on with a room that was not known to be there.

        Its making was kept although the disk said no; or it could not be read at the start.
        """
        if room_id in self._rooms or room_id in self._making:
            return  # somebody else asked for it too
        log.warning("room '%s' is carried on now", room_id)
        self.lives.note(room_id, await self.kept.forgotten_at(room_id))
        await self._resume(room_id)
        room = self._rooms.get(room_id)
        if room is not None:
            for identity in awaited(room.room):  # nobody of then has waited so long
                await room.give_up(identity)

    async def _from_log(self, room_id: str) -> Room | None:
        """An ended room. One that has not ended and is not open is carried on."""
        found = self._ended.pop(room_id, None)
        if found is None or found[1] != await self.kept.version(room_id):
            found = await replayed(self.kept, room_id)
            if found is None:
                return None
            if found[0].life is not Life.ENDED:
                if room_id not in self._rooms and room_id not in self._making:
                    await self._works.run(self._adopt(room_id))
                return None
        self._ended[room_id] = found  # the last one that was read goes last
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        return found[0]

    async def _another_id(self, taken: str) -> str:
        async def is_free(room_id: str) -> bool:
            return room_id not in self._rooms and not await self.kept.version(room_id)

        return await another_id(taken, is_free)

    def _changed(self, room: LiveRoom, happened: Sequence[Event]) -> None:
        self._observe(room.room, happened)
        if room.room.life is Life.ENDED and self._rooms.get(room.room_id) is room:
            del self._rooms[room.room_id]
            closing = asyncio.ensure_future(room.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        self.watchers.changed(room.room)

    def _on_engine(self, event: EngineEvent) -> None:
        if isinstance(event, Levels):
            if room := self._rooms.get(event.room):
                room.media.tell_levels(event)
            return
        room = self._rooms.get(event.peer.partition("/")[0])
        seat = room.media.seat_of(event.peer) if room else None
        if room is None or seat is None:
            return  # it has just left
        match event:
            case Connected():
                seat.media_up = True
                room.connections.note(seat, ConnectionQuality.EXCELLENT)
            case Gone():
                room.media.gone(seat, event.reason)
                room.connections.note(seat, ConnectionQuality.LOST)
            case Misplaced():
                room.move_media(seat)
            case PathJudged():
                room.connections.note(seat, event.quality)
            case Loss():
                news = messages.MediaLoss(uplink=event.uplink, downlink=event.downlink)
                seat.outbox.put_latest("loss", news.model_dump_json())


def _made(happened: list[Event]) -> Room:
    first, *rest = happened
    if not isinstance(first, RoomCreated):
        raise TypeError(f"a room's first event is RoomCreated, not {first!r}")
    room = created(first)
    for event in rest:
        evolve(room, event)
    return room
