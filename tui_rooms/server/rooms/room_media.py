"""The engine's side of one room: who has a media path, who may send on it, who is how loud."""

from collections.abc import Callable, Iterable, Mapping

from tui_rooms.rules.room import Room
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.sfu.port import Levels, MediaEngine
from tui_rooms.wire import messages
from tui_rooms.wire.errors import ProtocolError


class RoomMedia:
    """The media paths of a room's seats."""

    def __init__(
        self,
        room: Room,
        seats: Mapping[str, Seat],
        engine: MediaEngine,
        tell_all: Callable[[str], None],
    ) -> None:
        self._room = room
        self._seats = seats
        self._engine = engine
        self._tell_all = tell_all
        self._by_peer: dict[str, Seat] = {}
        self._peers_made = 0
        self._left: dict[str, str] = {}
        """By identity: the peer that a client hears by until it takes its new offer."""

    async def offer(self, seat: Seat) -> str:
        """Admit the seat to the engine, anew if need be; the offer for its client."""
        await self.drop(seat)
        return await self._admit(seat)

    async def move(self, seat: Seat) -> None:
        """Admit the seat anew, where it can be heard; it hears by its old path until then."""
        if seat.peer is None:
            return
        await self._drop_left(seat)
        self._left[seat.identity] = seat.peer
        self._forget(seat)
        try:
            sdp = await self._admit(seat)
        except ProtocolError as refused:
            await self._drop_left(seat)
            self.gone(seat, refused.sentence)
        else:
            seat.outbox.put(messages.MediaOffer(sdp=sdp).model_dump_json())

    async def _admit(self, seat: Seat) -> str:
        self._peers_made += 1
        peer = f"{self._room.room_id}/{seat.identity}/{self._peers_made}"
        admission = await self._engine.admit(
            self._room.room_id,
            peer,
            may_send=self._room.may_be_heard(seat.identity),
            on_stage=seat.identity in self._room.stage,
        )
        seat.peer, seat.source = peer, admission.source
        self._by_peer[peer] = seat
        if seat.identity in self._room.stage:
            self._tell_all(self.sources())
        return admission.sdp

    async def drop(self, seat: Seat) -> None:
        """Take the seat's media path away; without one nothing changes."""
        await self._drop_left(seat)
        peer = seat.peer
        if peer is not None:
            self._forget(seat)
            await self._engine.remove(peer)

    async def _drop_left(self, seat: Seat) -> None:
        left = self._left.pop(seat.identity, None)
        if left is not None:
            await self._engine.remove(left)

    async def permit(self, identities: Iterable[str]) -> None:
        """Let the engine drop or pass what those people send, as the rules say now."""
        for identity in identities:
            seat = self._seats.get(identity)
            if seat is not None and seat.peer is not None:
                may_send = self._room.may_be_heard(identity)
                on_stage = identity in self._room.stage
                await self._engine.permit(seat.peer, may_send=may_send, on_stage=on_stage)

    def seat_of(self, peer: str) -> Seat | None:
        """Whose media path that is."""
        return self._by_peer.get(peer)

    def gone(self, seat: Seat, reason: str) -> None:
        """The engine has removed the seat's peer by itself."""
        self._forget(seat)
        seat.outbox.put(messages.MediaLost(reason=reason).model_dump_json())

    def sources(self) -> str:
        """Who of the stage has which number in the slots, as a message."""
        on_stage = {
            seat.source: identity
            for identity in self._room.stage
            if (seat := self._seats.get(identity)) and seat.source is not None
        }
        return messages.Sources(sources=on_stage).model_dump_json()

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

    def _forget(self, seat: Seat) -> None:
        if seat.peer is not None:
            self._by_peer.pop(seat.peer, None)
        seat.peer, seat.source, seat.media_up = None, None, False
