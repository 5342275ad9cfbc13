"""One room that is open: its rules, its log, the people in it, its part of the engine.

One command after the other: decide, append to the log, evolve, tell, permit. What is told has
been kept before, and the engine hears of permissions in the order of the log. Each is carried out
whole: a caller that is cancelled only stops waiting. Nobody waits for the engine to admit somebody
else: see `RoomMedia.admit`.

The log is the truth. Where an append has failed, or has found other events there, the room takes
over what the log says before it decides anything else. What protects people is done all the same:
see `unkept`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext, suppress
from typing import TypeVar, TypeVarTuple

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import SYSTEM, Actor
from tui_rooms.rules.acts.people import awaited
from tui_rooms.rules.decide import decide, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import evolve
from tui_rooms.rules.protecting import protects
from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.visibility import concerned
from tui_rooms.server.rooms.alarm import Alarm
from tui_rooms.server.rooms.broken_off import BrokenOff
from tui_rooms.server.rooms.clock import with_the_wall
from tui_rooms.server.rooms.evictions import evictions
from tui_rooms.server.rooms.ledger import Ledger, logged_ones
from tui_rooms.server.rooms.room_media import RoomMedia
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.starting_over import start_over
from tui_rooms.server.rooms.telling.announcer import Announcer
from tui_rooms.server.rooms.uncancelled import Uncancelled
from tui_rooms.server.rooms.unkept import Act, not_kept
from tui_rooms.server.rooms.writers import UNCOUNTED, Writer
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.sfu.port import MediaEngine
from tui_rooms.wire.quality import ConnectionQuality

ATTEMPTS = 3
"""How often a command is decided anew because its room's log had gone on."""

_ON_STAGE = (events.StageJoined, events.StageLeft, events.RoleChanged)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

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
        wall: Callable[[], Seconds],
        on_change: Callable[["LiveRoom", Sequence[events.Event]], None],
    ) -> None:
        """
        Args:
            room: as its log tells; from here on this shell alone changes it.
            version: how many events there are in the log.
            clock: see `Registry`.
            wall: the same.
            on_change: called with all that has happened, after every change.
        """
        self.room = room
        self._engine = engine
        self._clock = clock
        self._wall = wall
        self._on_change = on_change
        self._seats: dict[str, Seat] = {}
        self._turn = asyncio.Lock()
        self._works = Uncancelled()
        self._ledger = Ledger(kept, room, version)
        self.broken_off = BrokenOff(clock)
        self._to_leave: set[str] = set()
        """Who has gone without its being kept yet."""
        self._alarm = Alarm(
            due_in=self._due_in, is_behind=lambda: self._is_behind, work=self._expire
        )
        self._closed = False
        self._announcer = Announcer(room, self._seats, lambda: self.version)
        self.connections = self._announcer.connections
        self.media = RoomMedia(room, self._seats, engine, self._announcer.tell_all)

    @property
    def room_id(self) -> str:
        """Its id, in links and in the engine."""
        return self.room.room_id

    @property
    def version(self) -> int:
        """How many events there are in its log."""
        return self._ledger.version

    async def open(self) -> None:
        """Make the engine's room, and start the clock."""
        await self._engine.open_room(self.room_id)
        self._alarm.set()

    async def close(self) -> None:
        """Stop the clock and close the engine's room."""
        self._closed = True
        self._alarm.close()
        await self._works.finished()
        await self._write_unkept()
        if self._ledger.unkept:
            log.error("what was done in room '%s' without being kept is lost", self.room_id)
        self._announcer.close()
        await self._engine.close_room(self.room_id)

    async def execute(
        self, command: commands.Command, actor: Actor, writer: Writer = UNCOUNTED
    ) -> Sequence[events.Event]:
        """Carry out a command; what has happened, and is kept, unless `has_kept` says no.

        Args:
            writer: who answers for it; else the server itself.

        Raises:
            RoomError: refused by the rules, or it could not be kept; nothing has changed.
        """
        urgent = self._ledger.patience.short() if protects(command) else nullcontext()
        with urgent:
            return await self._whole(self._execute, command, actor, writer)

    def has_kept(self, happened: Sequence[events.Event]) -> bool:
        """Whether all of that outlives this server; what protects people may not."""
        return not self._ledger.unkept.has(happened)

    async def join(
        self,
        command: commands.JoinRoom,
        actor: Actor,
        seat: Seat,
        *,
        upto: int | None = None,
        check: Callable[[], None] = lambda: None,
        writer: Writer = UNCOUNTED,
    ) -> None:
        """Bring somebody in and seat their connection; an older one of theirs is replaced.

        Args:
            upto: the log's number of what a client that comes back knows already.
            check: refuses them, once it is their turn.
            writer: who answers for it.

        Raises:
            RoomError: refused.
        """

        async def in_turn() -> None:
            check()
            await self._join(command, actor, seat, upto, writer)

        await self._whole(in_turn)

    async def leave(self, seat: Seat) -> None:
        """Take a seat away, and with it its participant from the room."""
        await self._whole(self._leave_seat, seat)

    async def give_up(self, identity: str) -> None:
        """Take somebody out who has no connection any more."""
        await self._whole(self._give_up, identity)

    async def suspend(self, seat: Seat) -> None:
        """Keep a place whose connection broke; its media path goes."""
        await self._whole(self._suspend, seat)

    def sits(self, seat: Seat) -> bool:
        """Whether that seat is still in the room, and not replaced."""
        return self._seats.get(seat.identity) is seat

    async def offer_media(self, seat: Seat) -> str | None:
        """Admit the seat to the engine, anew if need be; the offer, or None when it is out."""
        return await self._works.run(self._offer_media(seat))

    def move_media(self, seat: Seat) -> None:
        """Give the seat another media path, when it is its turn; its client is sent the offer."""
        self._works.begin(self._move_media(seat))

    async def _whole(self, work: Callable[[*Ts], Awaitable[T]], *arguments: *Ts) -> T:
        """Do that when it is its turn, and to its end."""

        async def in_turn() -> T:
            async with self._turn:
                return await work(*arguments)

        return await self._works.run(in_turn())

    async def _join(
        self,
        command: commands.JoinRoom,
        actor: Actor,
        seat: Seat,
        upto: int | None,
        writer: Writer,
    ) -> None:
        await self._execute(command, actor, writer)
        self._to_leave.discard(seat.identity)
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
        self.connections.show(seat, again=upto is not None)

    async def _leave_seat(self, seat: Seat) -> None:
        if self.sits(seat):
            await self._leave(seat.identity)

    async def _give_up(self, identity: str) -> None:
        seat = self._seats.get(identity)
        if seat is None or seat.away:
            if self.room.find(identity) is not None:
                self.broken_off.note(identity)
            await self._leave(identity)

    async def _suspend(self, seat: Seat) -> None:
        seat.away = True
        self.connections.changed()
        await self.media.drop(seat)

    async def _offer_media(self, seat: Seat) -> str | None:
        async with self._turn:
            if self._closed or not self.sits(seat):
                return None
            if seat.media_up:
                # They have noticed before the engine has that this one leads nowhere.
                self.connections.note(seat, ConnectionQuality.LOST)
            peer = await self.media.prepare(seat)
        return await self.media.admit(seat, peer)

    async def _move_media(self, seat: Seat) -> None:
        async with self._turn:
            if self._closed or not self.sits(seat):
                return
            peer = await self.media.prepare_move(seat)
        if peer is not None:
            await self.media.admit_moved(seat, peer)

    async def _leave(self, identity: str) -> None:
        seat = self._seats.pop(identity, None)
        if seat is not None:
            await self.media.drop(seat)
        self._to_leave.discard(identity)
        if self.room.life is Life.ENDED:
            return
        try:
            await self._execute(commands.LeaveRoom(), Actor(identity=identity, name=identity))
        except RoomError as refused:
            if refused.code != "not-kept":
                raise
            self._to_leave.add(identity)  # they have gone, whatever the disk says
            self._alarm.set()

    async def _execute(
        self, command: commands.Command, actor: Actor, writer: Writer = UNCOUNTED
    ) -> Sequence[events.Event]:
        writer.check(self.room, command)
        happened = await self._carry_out(command, actor)
        writer.wrote(self.room, command, len(logged_ones(happened)))
        return happened

    async def _carry_out(self, command: commands.Command, actor: Actor) -> Sequence[events.Event]:
        happened: Sequence[events.Event] | None = None
        try:
            if self._ledger.in_doubt:
                await self._take_over()
            for _ in range(ATTEMPTS):
                happened = self._decide(command, actor)
                if await self._keep(happened):
                    break
                happened = None  # decided on a state that has passed
                await self._take_over()
            else:
                raise StorageError("storage-restless", "its log goes on without this server")
        except StorageError as error:
            self._ledger.in_doubt = True
            self._alarm.set()
            if not protects(command) or self._ledger.unkept.is_full:
                log.error("room '%s' cannot be changed: %s", self.room_id, error.sentence)
                raise not_kept(self.room_id) from error
            happened = self._decide(command, actor) if happened is None else happened
            log.error("what is done in room '%s' is not kept: %s", self.room_id, error.sentence)
            await self._do_unkept((command, actor), happened)
            return happened
        if happened:
            await self._apply(happened)
        return happened

    def _decide(self, command: commands.Command, actor: Actor) -> list[events.Event]:
        now = self._clock()
        return decide(self.room, with_the_wall(command, self._wall() - now), actor, now)

    async def _do_unkept(self, act: Act, happened: Sequence[events.Event]) -> None:
        self._ledger.unkept.add(act, logged_ones(happened))
        # Nobody's number in the log tells whether they know of it.
        self._announcer.break_off()
        await self._apply(happened)

    async def _write_unkept(self) -> None:
        """Write down what was done before, if the disk takes it now."""
        if not self._ledger.unkept:
            return
        try:
            if self._ledger.in_doubt:
                await self._take_over()
            if self._ledger.unkept and not await self._ledger.append([]):
                await self._take_over()
        except StorageError:
            self._ledger.in_doubt = True  # it was said when it was done

    async def _apply(self, happened: Sequence[events.Event]) -> None:
        """Do and tell what is kept."""
        for event in happened:
            evolve(self.room, event)
        if (keeping := self._ledger.state_to_keep()) is not None:
            self._works.begin(keeping)
        self.broken_off.happened(happened)
        self._alarm.set()
        await self._send_out(happened)
        self._announcer.tell(happened)
        if any(isinstance(event, _ON_STAGE) for event in happened):
            self._announcer.tell_all(self.media.sources())
            self.connections.changed()
        await self.media.permit({who for event in happened for who in concerned(event)})
        self._on_change(self, happened)

    async def _keep(self, happened: Sequence[events.Event]) -> bool:
        """Append to the log; False when that has gone on without us."""
        some = logged_ones(happened)
        return await self._ledger.append(some) if some else True

    async def _take_over(self) -> None:
        """Become what the log tells: mostly by what it has more than we know.

        Raises:
            StorageError: it cannot be read.
        """
        if await self._ledger.has_lost_its_end():
            log.error("the log of room '%s' has lost its end: starting over", self.room_id)
            await self._start_over()
        while missed := await self._ledger.missed():
            log.warning("room '%s' takes over %d events of its log", self.room_id, len(missed))
            ours = self._ledger.unkept.drop(missed)
            if self._ledger.unkept and ours < len(missed):
                await self._start_over()  # others came before what we have done
                continue
            self._ledger.version += len(missed)
            if new := missed[ours:]:
                await self._apply(new)
        self._ledger.in_doubt = False

    async def _start_over(self) -> None:
        """Become another room than was told, the log's; what protects people is done in it anew."""
        self._ledger.version = await start_over(self.room, self._ledger.kept, self._seats)
        for seat in list(self._seats.values()):
            if self.room.find(seat.identity) is None:
                del self._seats[seat.identity]
                await self.media.drop(seat)
                seat.evict("sent-out", "the server has lost a part of this room: join it again")
        self._to_leave |= awaited(self.room) - self._seats.keys()
        self._announcer.start_over()
        await self.media.permit(self._seats)
        self._on_change(self, ())
        for command, actor in self._ledger.unkept.to_be_done_again():
            with suppress(RoomError):  # it is done there already, or means nothing any more
                await self._do_unkept((command, actor), self._decide(command, actor))

    async def _send_out(self, happened: Sequence[events.Event]) -> None:
        for identity, why in evictions(self.room, self._seats, happened).items():
            seat = self._seats.pop(identity, None)
            if seat is not None:
                await self.media.drop(seat)
                seat.evict(why.code, why.sentence)

    @property
    def _is_behind(self) -> bool:
        return self._ledger.is_behind or bool(self._to_leave)

    def _due_in(self) -> Seconds | None:
        """How long it is to the next deadline; None when nothing is waiting."""
        now = self._clock()
        deadline = next_deadline(self.room, wall_ahead=self._wall() - now)
        return None if deadline is None else deadline - now

    async def _expire(self) -> None:
        with suppress(RoomError):  # it could not be kept: the log says why, it is tried again
            await self.execute(commands.Expire(), SYSTEM)
            for identity in tuple(self._to_leave):
                await self.give_up(identity)
        await self._whole(self._write_unkept)
