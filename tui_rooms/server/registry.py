"""All rooms of this server, and the engine's events brought to them."""

import asyncio
import re
import secrets
import time
import unicodedata
from collections.abc import Callable

from tui_rooms.rules import commands
from tui_rooms.rules.decide import Actor, decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Life, Seconds
from tui_rooms.server.live_room import LiveRoom
from tui_rooms.server.outbox import Outbox
from tui_rooms.sfu.port import Connected, EngineEvent, Gone, Levels, Loss, MediaEngine
from tui_rooms.wire import messages

ROOM_LIMIT = 1000
"""Rooms that may be open at once."""
LOBBY_INTERVAL = 0.5
"""Seconds between two pushes of the list of rooms."""


class Registry:
    """Rooms by id. One server has one."""

    def __init__(self, engine: MediaEngine, *, clock: Callable[[], Seconds] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._rooms: dict[str, LiveRoom] = {}
        self._watchers: set[Outbox] = set()
        self._lobby_pause: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the engine and listen to it."""
        await self._engine.start(self._on_engine)

    async def close(self) -> None:
        """Close every room and the engine."""
        if self._lobby_pause is not None:
            self._lobby_pause.cancel()
        for room in self._rooms.values():
            await room.close()
        await asyncio.gather(*self._closing)
        await self._engine.close()

    async def create(
        self, *, room_id: str | None, title: str, room_type: str, live: bool, actor: Actor
    ) -> LiveRoom:
        """Make a room.

        Raises:
            RoomError: the id is taken, or the rules refuse it.
        """
        if len(self._rooms) >= ROOM_LIMIT:
            raise RoomError("too-many-rooms", f"this server holds {ROOM_LIMIT} rooms already")
        if room_id is None:
            room_id = self._free_id(title)
        command = commands.CreateRoom(room_id=room_id, title=title, room_type=room_type, live=live)
        there = self._rooms.get(room_id)
        first = decide(there.room if there else None, command, actor, self._clock())
        room = LiveRoom(first, engine=self._engine, clock=self._clock, on_change=self._changed)
        self._rooms[room_id] = room
        await room.open()
        self._changed()
        return room

    def find(self, room_id: str) -> LiveRoom:
        """The room with that id.

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

    def summaries(self) -> tuple[messages.RoomSummary, ...]:
        """The rooms as the lobby shows them, the fullest first, then the newest."""
        found = [room.summary() for room in self._rooms.values()]
        return tuple(sorted(found, key=lambda r: (-r.participants, -r.created_at)))

    def watch(self, outbox: Outbox) -> None:
        """Send the list of rooms now and whenever it changes."""
        self._watchers.add(outbox)
        outbox.put_latest("rooms", self._lobby_text())

    def unwatch(self, outbox: Outbox) -> None:
        """Stop that."""
        self._watchers.discard(outbox)

    def _changed(self) -> None:
        for room in [r for r in self._rooms.values() if r.room.life is Life.ENDED]:
            del self._rooms[room.room_id]
            task = asyncio.ensure_future(room.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        if self._watchers and self._lobby_pause is None:
            self._lobby_pause = asyncio.get_running_loop().call_later(
                LOBBY_INTERVAL, self._tell_watchers
            )

    def _tell_watchers(self) -> None:
        self._lobby_pause = None
        text = self._lobby_text()
        for outbox in self._watchers:
            outbox.put_latest("rooms", text)

    def _lobby_text(self) -> str:
        return messages.Rooms(rooms=self.summaries()).model_dump_json()

    def _free_id(self, title: str) -> str:
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].rstrip("-") or "room"
        name = stem
        while name in self._rooms:
            name = f"{stem}-{secrets.token_hex(3)}"
        return name

    def _on_engine(self, event: EngineEvent) -> None:
        if isinstance(event, Levels):
            if room := self._rooms.get(event.room):
                room.tell_levels(event)
            return
        room = self._rooms.get(event.peer.partition("/")[0])
        seat = room.seat_of_peer(event.peer) if room else None
        if room is None or seat is None:
            return  # it has just left
        match event:
            case Connected():
                seat.media_up = True
            case Gone():
                room.media_gone(seat, event.reason)
            case Loss():
                news = messages.MediaLoss(uplink=event.uplink, downlink=event.downlink)
                seat.outbox.put_latest("loss", news.model_dump_json())
