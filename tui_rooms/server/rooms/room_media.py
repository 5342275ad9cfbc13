"""The engine's side of one room: who has a media path, who may send on it, who is how loud."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypedDict

from tui_rooms.rules.room import Room
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.sfu.port import Levels, MediaEngine
from tui_rooms.wire import messages
from tui_rooms.wire.errors import ProtocolError

_LOST: Final = "the server could not give your sound another way"


class _Rights(TypedDict):
    """As the arguments of `MediaEngine.permit`."""

    may_send: bool
    on_stage: bool


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

    async def prepare(self, seat: Seat) -> str:
        """Take the seat's path away, for another one; the name of that, to be admitted."""
        await self.drop(seat)
        return self._name(seat)

    async def prepare_move(self, seat: Seat) -> str | None:
        """The same, and it hears by its old path until it takes the new one; None without one."""
        if seat.peer is None:
            return None
        if seat.offered:
            await self._drop_left(seat)
            self._left[seat.identity] = seat.peer
            self._forget(seat)
        else:  # it cannot hear by what it was never given
            await self._drop_own(seat)
        return self._name(seat)

    async def admit(self, seat: Seat, peer: str) -> str | None:
        """Have the engine admit what was prepared; the offer for its client.

        It may take seconds, so it needs no turn of the room's: whatever happens to the seat
        meanwhile stands, and then the engine forgets this path, and there is no offer.

        Raises:
            ProtocolError: `no-media`, refused by the engine; the seat has no path.
        """
        asked = self._rights(seat.identity)
        try:
            admission = await self._engine.admit(self._room.room_id, peer, **asked)
        except Exception:
            is_wanted = seat.peer == peer
            if is_wanted:
                self._forget(seat)
            await self._engine.remove(peer)
            if is_wanted:
                raise
            return None
        # A worker that ended meanwhile has passed nothing on: the next one was asked as we did.
        while seat.peer == peer and (rights := self._rights(seat.identity)) != asked:
            asked = rights
            await self._engine.permit(peer, **rights)
        if seat.peer != peer:
            await self._engine.remove(peer)
            return None
        seat.source, seat.offered = admission.source, True
        if seat.identity in self._room.stage:
            self._tell_all(self.sources())
        return admission.sdp

    async def admit_moved(self, seat: Seat, peer: str) -> None:
        """The same after a move: its client is sent the offer, or told that its sound is lost."""
        try:
            sdp = await self.admit(seat, peer)
        except Exception as error:
            if seat.peer is None:
                await self._drop_left(seat)
                self.gone(seat, error.sentence if isinstance(error, ProtocolError) else _LOST)
            if not isinstance(error, ProtocolError):
                raise
        else:
            if sdp is not None:
                seat.outbox.put(messages.MediaOffer(sdp=sdp).model_dump_json())

    async def drop(self, seat: Seat) -> None:
        """Take the seat's media path away; without one nothing changes."""
        await self._drop_left(seat)
        await self._drop_own(seat)

    async def _drop_own(self, seat: Seat) -> None:
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
                await self._engine.permit(seat.peer, **self._rights(identity))

    def to_answer(self, seat: Seat) -> str | None:
        """Whose offer its client was given last: an answer is one to that."""
        return seat.peer if seat.offered else self._left.get(seat.identity)

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

    def _name(self, seat: Seat) -> str:
        """From now on the seat has this path, whatever the engine says to it."""
        self._peers_made += 1
        seat.peer = f"{self._room.room_id}/{seat.identity}/{self._peers_made}"
        self._by_peer[seat.peer] = seat
        return seat.peer

    def _rights(self, identity: str) -> _Rights:
        return {
            "may_send": self._room.may_be_heard(identity),
            "on_stage": identity in self._room.stage,
        }

    def _forget(self, seat: Seat) -> None:
        if seat.peer is not None:
            self._by_peer.pop(seat.peer, None)
        seat.peer, seat.source, seat.offered, seat.media_up = None, None, False, False
