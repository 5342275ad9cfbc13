"""One room that is running: its log, its state, the people in it, its part of the engine."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import SYSTEM, Actor, decide, next_deadline
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.view import view
from tui_rooms.server.audience import AudienceNews
from tui_rooms.server.outbox import Outbox
from tui_rooms.sfu.port import Levels, MediaEngine
from tui_rooms.wire import messages


@dataclass(slots=True, eq=False)
class Seat:
    """A participant's place, and the connection that sits on it."""

    identity: str
    outbox: Outbox
    peer: str | None = None
    """The engine's name of this seat's media path."""
    source: int | None = None
    """Its number in the CSRC of the slots."""
    media_up: bool = False
    evict: Callable[[str, str], None] = field(repr=False, kw_only=True)
    """Tells the connection that it is out: code and sentence."""


class LiveRoom:
    """The shell around the rules of one room: decides, logs, applies, tells, permits."""

    def __init__(
        self,
        first: list[events.Event],
        *,
        engine: MediaEngine,
        clock: Callable[[], Seconds],
        on_change: Callable[[], None],
    ) -> None:
        creation, *rest = first
        if not isinstance(creation, events.RoomCreated):
            raise TypeError(f"a room's first event is RoomCreated, not {creation!r}")
        self.room: Room = created(creation)
        self.log: list[events.Event] = [creation]
        self._engine = engine
        self._clock = clock
        self._on_change = on_change
        self._seats: dict[str, Seat] = {}
        self._by_peer: dict[str, Seat] = {}
        self._peers_made = 0
        self._turn = asyncio.Lock()  # the engine hears of permissions in the order of the log
        self._alarm: asyncio.TimerHandle | None = None
        self._expiring: asyncio.Task[None] | None = None
        self._audience_news = AudienceNews(self.room, self._tell_all)
        for event in rest:
            self._apply(event)
        self._set_alarm()

    @property
    def room_id(self) -> str:
        """Its id, in links and in the engine."""
        return self.room.room_id

    async def open(self) -> None:
        """Make the engine's room."""
        await self._engine.open_room(self.room_id)

    async def close(self) -> None:
        """Stop the clock and close the engine's room."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._audience_news.close()
        await self._engine.close_room(self.room_id)

    async def execute(self, command: commands.Command, actor: Actor) -> None:
        """Carry out a command, or raise the `RoomError` with which it is refused."""
        async with self._turn:
            await self._execute(command, actor)

    async def join(self, command: commands.JoinRoom, actor: Actor, seat: Seat) -> None:
        """Bring somebody in and seat their connection; an older one of theirs is replaced."""
        async with self._turn:
            await self._execute(command, actor)
            old = self._seats.get(seat.identity)
            if old is not None:
                await self._drop_media(old)
                old.evict("replaced", "you have joined this room from another place")
            self._seats[seat.identity] = seat
            snapshot = messages.Snapshot(room=view(self.room, seat.identity), upto=len(self.log))
            seat.outbox.put(snapshot.model_dump_json())
            seat.outbox.put(self._sources())

    async def leave(self, seat: Seat) -> None:
        """Take a seat away, and with it its participant from the room."""
        async with self._turn:
            if self._seats.get(seat.identity) is not seat:
                return  # replaced: the participant sits elsewhere
            del self._seats[seat.identity]
            await self._drop_media(seat)
            if self.room.life is not Life.ENDED:
                actor = Actor(identity=seat.identity, name=seat.identity)
                await self._execute(commands.LeaveRoom(), actor)

    async def offer_media(self, seat: Seat) -> str:
        """Admit the seat to the engine, anew if need be; the offer for its client."""
        async with self._turn:
            await self._drop_media(seat)
            self._peers_made += 1
            peer = f"{self.room_id}/{seat.identity}/{self._peers_made}"
            admission = await self._engine.admit(
                self.room_id, peer, may_send=self.room.may_be_heard(seat.identity)
            )
            seat.peer, seat.source = peer, admission.source
            self._by_peer[peer] = seat
            if seat.identity in self.room.stage:
                self._tell_all(self._sources())
            return admission.sdp

    async def drop_media(self, seat: Seat) -> None:
        """Give the seat's media path up, for instance while its connection is away."""
        async with self._turn:
            await self._drop_media(seat)

    def seat_of_peer(self, peer: str) -> Seat | None:
        """Whose media path that is."""
        return self._by_peer.get(peer)

    def media_gone(self, seat: Seat, reason: str) -> None:
        """The engine has removed the seat's peer by itself."""
        self._forget_peer(seat)
        seat.outbox.put(messages.MediaLost(reason=reason).model_dump_json())

    def tell_levels(self, levels: Levels) -> None:
        """Pass levels on to those whose packets do not carry them."""
        named = {
            seat.identity: level
            for peer, level in levels.dbov.items()
            if (seat := self._by_peer.get(peer))
        }
        talking = tuple(s.identity for p in levels.talking if (s := self._by_peer.get(p)))
        in_slots = {s.identity for p in levels.slots if p and (s := self._by_peer.get(p))}
        beyond = {identity: v for identity, v in named.items() if identity not in in_slots}
        everything = messages.Levels(levels=named, talking=talking).model_dump_json()
        the_rest = messages.Levels(levels=beyond, talking=talking).model_dump_json()
        for seat in self._seats.values():
            if not seat.media_up:
                seat.outbox.put_latest("levels", everything)
            elif beyond:
                seat.outbox.put_latest("levels", the_rest)

    def summary(self) -> messages.RoomSummary:
        """The room as the lobby shows it."""
        room = self.room
        return messages.RoomSummary(
            room=room.room_id,
            title=room.title,
            room_type=room.room_type,
            life=room.life,
            host=room.host_name,
            created_at=room.created_at,
            live_since=room.live_since,
            speakers=tuple(who.name for who in list(room.stage.values())[:3]),
            participants=len(room.stage) + room.audience_count,
        )

    async def _execute(self, command: commands.Command, actor: Actor) -> None:
        happened = decide(self.room, command, actor, self._clock())
        if not happened:
            return
        for event in happened:
            self._apply(event)
        self._tell(happened)
        self._set_alarm()
        await self._permit(happened)
        if self.room.life is Life.ENDED:
            await self._evict_all()
        self._on_change()

    def _apply(self, event: events.Event) -> None:
        if not isinstance(event, events.PRESENCE):
            self.log.append(event)
        evolve(self.room, event)

    def _tell(self, happened: Iterable[events.Event]) -> None:
        logged: list[messages.WireEvent] = []
        for event in happened:
            if isinstance(event, (events.AudienceJoined, events.AudienceLeft)):
                self._audience_news.add(event)
            else:
                logged.append(event)
        if logged:
            news = messages.Events(events=tuple(logged), upto=len(self.log))
            self._tell_all(news.model_dump_json())
        if any(isinstance(e, events.RoleChanged | events.StageJoined) for e in logged):
            self._tell_all(self._sources())

    def _tell_all(self, text: str) -> None:
        for seat in self._seats.values():
            seat.outbox.put(text)

    def _sources(self) -> str:
        on_stage = {
            seat.source: identity
            for identity in self.room.stage
            if (seat := self._seats.get(identity)) and seat.source is not None
        }
        return messages.Sources(sources=on_stage).model_dump_json()

    async def _permit(self, happened: Iterable[events.Event]) -> None:
        """Let the engine drop or pass what those concerned send."""
        for event in happened:
            identity = getattr(event, "identity", None)
            seat = self._seats.get(identity) if identity else None
            if seat is not None and seat.peer is not None:
                may_send = self.room.may_be_heard(seat.identity)
                await self._engine.permit(seat.peer, may_send=may_send)

    async def _drop_media(self, seat: Seat) -> None:
        peer = seat.peer
        if peer is not None:
            self._forget_peer(seat)
            await self._engine.remove(peer)

    def _forget_peer(self, seat: Seat) -> None:
        if seat.peer is not None:
            self._by_peer.pop(seat.peer, None)
        seat.peer, seat.source, seat.media_up = None, None, False

    async def _evict_all(self) -> None:
        seats, self._seats = list(self._seats.values()), {}
        for seat in seats:
            await self._drop_media(seat)
            seat.evict("room-ended", f"room '{self.room.title}' has ended")

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        deadline = next_deadline(self.room)
        if deadline is not None:
            wait = max(0.0, deadline - self._clock())
            self._alarm = asyncio.get_running_loop().call_later(wait, self._expire)

    def _expire(self) -> None:
        self._expiring = asyncio.ensure_future(self.execute(commands.Expire(), SYSTEM))
