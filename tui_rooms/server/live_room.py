"""One room that is open: its rules, its log, the people in it, its part of the engine.

One command after the other: decide, append to the log, evolve, tell, permit. What is told has
been kept before, and the engine hears of permissions in the order of the log.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import SYSTEM, Actor
from tui_rooms.rules.decide import decide, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import evolve
from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.visibility import concerned
from tui_rooms.server.announcer import Announcer
from tui_rooms.server.evictions import evictions
from tui_rooms.server.room_media import RoomMedia
from tui_rooms.server.seats import Seat
from tui_rooms.server.storage.card import card_after
from tui_rooms.server.storage.errors import StorageError, VersionConflict
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.sfu.port import MediaEngine

LONGEST_WAIT: Seconds = 60.0
"""The alarm looks at the clock so often: it may be set, or stand still with the machine."""
RETRY_AFTER: Seconds = 1.0

_ON_STAGE = (events.StageJoined, events.StageLeft, events.RoleChanged)

log = logging.getLogger(__name__)


class LiveRoom:
    """The shell around the rules of one room."""

    def __init__(
        self,
        room: Room,
        version: int,
        *,
        kept: RoomLog,
        engine: MediaEngine,
        clock: Callable[[], Seconds],
        on_change: Callable[["LiveRoom", Sequence[events.Event]], None],
    ) -> None:
        """
        Args:
            room: as its log tells; from here on this shell alone changes it.
            version: how many events there are in the log.
            on_change: called with all that has happened, after every change.
        """
        self.room = room
        self.version = version
        self._kept = kept
        self._engine = engine
        self._clock = clock
        self._on_change = on_change
        self._seats: dict[str, Seat] = {}
        self._turn = asyncio.Lock()
        self._alarm: asyncio.TimerHandle | None = None
        self._expiring: asyncio.Task[None] | None = None
        self._closed = False
        self._announcer = Announcer(room, self._seats, lambda: self.version)
        self.media = RoomMedia(room, self._seats, engine, self._announcer.tell_all)

    @property
    def room_id(self) -> str:
        """Its id, in links and in the engine."""
        return self.room.room_id

    async def open(self) -> None:
        """Make the engine's room, and start the clock."""
        await self._engine.open_room(self.room_id)
        self._set_alarm()

    async def close(self) -> None:
        """Stop the clock and close the engine's room."""
        self._closed = True
        if self._alarm is not None:
            self._alarm.cancel()
        self._announcer.close()
        await self._engine.close_room(self.room_id)

    async def execute(self, command: commands.Command, actor: Actor) -> Sequence[events.Event]:
        """Carry out a command; what has happened, and is kept. Not to be cancelled half-way.

        Raises:
            RoomError: refused by the rules, or it could not be kept; nothing has changed.
        """
        async with self._turn:
            return await self._execute(command, actor)

    async def join(
        self, command: commands.JoinRoom, actor: Actor, seat: Seat, *, upto: int | None = None
    ) -> None:
        """Bring somebody in and seat their connection; an older one of theirs is replaced.

        Args:
            upto: the log's number of what a client that comes back knows already.

        Raises:
            RoomError: refused.
        """
        async with self._turn:
            await self._execute(command, actor)
            old = self._seats.get(seat.identity)
            self._seats[seat.identity] = seat
            if old is not None:
                await self.media.drop(old)
                old.evict("replaced", "you have joined this room from another place")
            if old is not None and upto is not None:
                self._announcer.resume(seat, old, upto)
            else:
                self._announcer.show(seat)
            seat.outbox.put(self.media.sources())

    async def leave(self, seat: Seat) -> None:
        """Take a seat away, and with it its participant from the room."""
        async with self._turn:
            if self.sits(seat):
                await self._leave(seat.identity)

    async def give_up(self, identity: str) -> None:
        """Take somebody out who has no connection any more."""
        async with self._turn:
            seat = self._seats.get(identity)
            if seat is None or seat.away:
                await self._leave(identity)

    async def suspend(self, seat: Seat) -> None:
        """Keep a place whose connection broke; its media path goes."""
        async with self._turn:
            seat.away = True
            await self.media.drop(seat)

    def sits(self, seat: Seat) -> bool:
        """Whether that seat is still in the room, and not replaced."""
        return self._seats.get(seat.identity) is seat

    async def offer_media(self, seat: Seat) -> str | None:
        """Admit the seat to the engine, anew if need be; the offer, or None when it is out."""
        async with self._turn:
            return await self.media.offer(seat) if self.sits(seat) else None

    async def _leave(self, identity: str) -> None:
        seat = self._seats.pop(identity, None)
        if seat is not None:
            await self.media.drop(seat)
        if self.room.life is not Life.ENDED:
            await self._execute(commands.LeaveRoom(), Actor(identity=identity, name=identity))

    async def _execute(self, command: commands.Command, actor: Actor) -> Sequence[events.Event]:
        happened = decide(self.room, command, actor, self._clock())
        if not happened:
            return happened
        await self._keep(happened)
        for event in happened:
            evolve(self.room, event)
        self._set_alarm()
        await self._send_out(happened)
        self._announcer.tell(happened)
        if any(isinstance(event, _ON_STAGE) for event in happened):
            self._announcer.tell_all(self.media.sources())
        await self.media.permit({who for event in happened for who in concerned(event)})
        self._on_change(self, happened)
        return happened

    async def _keep(self, happened: Sequence[events.Event]) -> None:
        logged = [event for event in happened if not isinstance(event, events.PRESENCE)]
        if not logged:
            return
        card = card_after(self.room, logged)
        try:
            await self._kept.append(self.room_id, logged, expected=self.version, card=card)
        except (StorageError, VersionConflict) as error:
            log.error("room '%s' cannot be changed: %s", self.room_id, error.sentence)
            raise RoomError(
                "not-kept",
                f"room '{self.room_id}' cannot be changed now: its server cannot keep what "
                "happens; its operator finds the reason in the log",
            ) from error
        self.version += len(logged)

    async def _send_out(self, happened: Sequence[events.Event]) -> None:
        for identity, why in evictions(self.room, self._seats, happened).items():
            seat = self._seats.pop(identity, None)
            if seat is not None:
                await self.media.drop(seat)
                seat.evict(why.code, why.sentence)

    def _set_alarm(self, *, at_least: Seconds = 0.0) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        deadline = next_deadline(self.room)
        if deadline is not None and not self._closed:
            wait = min(max(at_least, deadline - self._clock()), LONGEST_WAIT)
            self._alarm = asyncio.get_running_loop().call_later(wait, self._wake)

    def _wake(self) -> None:
        self._expiring = asyncio.create_task(self._expire())

    async def _expire(self) -> None:
        with suppress(RoomError):  # it could not be kept: the log says why, it is tried again
            await self.execute(commands.Expire(), SYSTEM)
        self._set_alarm(at_least=RETRY_AFTER)
