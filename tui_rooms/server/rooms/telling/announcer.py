"""Tells every seat of a room what it may see, and nothing else.

What everyone may see is written once for all. Whoever's sight an event has changed gets a fresh
snapshot instead of it; `rules.visibility` has the law.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from tui_rooms.rules import events
from tui_rooms.rules.address import ToPerson
from tui_rooms.rules.room import Room
from tui_rooms.rules.view import view
from tui_rooms.rules.visibility import TO_NOBODY, concerned, is_public, missed, sees, visibility
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.telling.audience import AudienceNews
from tui_rooms.server.rooms.telling.connection_news import ConnectionNews
from tui_rooms.server.rooms.telling.signal_news import SignalNews
from tui_rooms.wire import messages
from tui_rooms.wire.features import EVENTS, unsaid

TAIL = 500
"""Events that are kept for clients that come back; whoever has missed more gets a snapshot."""
SURELY_SHORT = 20
"""So many missed events are sent without asking whether a snapshot were shorter."""
_MESSAGES = (events.MessageSent, events.MessageDeleted)
_IN_AUDIENCE = (events.AudienceJoined, events.AudienceLeft, events.RoleChanged)


class Announcer:
    """The one way by which anything about a room goes to its clients."""

    def __init__(self, room: Room, seats: Mapping[str, Seat], version: Callable[[], int]) -> None:
        self._room = room
        self._seats = seats
        self._version = version
        self._tail: deque[events.Event] = deque(maxlen=TAIL)
        self._broken_off_at = -1
        """The log's number at which something was told that has none."""
        self._audience = AudienceNews(room, self.tell_all)
        self._signals = SignalNews(self.tell_all)
        self.connections = ConnectionNews(room, seats, self.tell_latest)

    def close(self) -> None:
        """Tell nothing more."""
        self._audience.close()
        self._signals.close()
        self.connections.close()

    def tell_all(self, text: str) -> None:
        """Send the same to everyone whose connection stands."""
        for seat in self._seats.values():
            if not seat.away:
                seat.outbox.put(text)

    def tell_latest(self, kind: str, text: str) -> None:
        """The same for what replaces everything of its kind that still waits."""
        for seat in self._seats.values():
            if not seat.away:
                seat.outbox.put_latest(kind, text)

    def tell(self, happened: Sequence[events.Event]) -> None:
        """Say what has happened, after the room has evolved."""
        self._audience.follow(happened)
        logged = [event for event in happened if not isinstance(event, events.PRESENCE)]
        if logged:
            self._tail += logged
            self._tell_logged(logged)
        for event in happened:
            if isinstance(event, events.Reacted | events.EventSent):
                self._signals.add(event)
            elif isinstance(event, _IN_AUDIENCE):
                # Behind the events: its count is the one after them.
                self._audience.changed()

    def show(self, seat: Seat) -> None:
        """Send the whole room as that seat may see it."""
        seat.visibility = visibility(self._room, seat.identity)
        seat.shown_at = self._version()
        seat.outbox.put(self._snapshot(seat))

    def start_over(self) -> None:
        """The room has become another one than was told: show it to everybody."""
        self._tail.clear()
        self._audience.start_over()
        for seat in self._seats.values():
            seat.visibility = None  # whoever is away gets it when they come back
            if not seat.away:
                self.show(seat)

    def break_off(self) -> None:
        """What is told next has no number in the log: whoever comes back with the number of now
        may have heard it or not, and is shown the whole room.
        """
        self._broken_off_at = self._version()

    def resume(self, seat: Seat, old: Seat, upto: int) -> None:
        """Send what a client has missed that comes back to the place of `old`.

        Args:
            upto: the log's number of what it has applied last.
        """
        count = self._version() - upto
        # Older than the newest snapshot: that one was still on its way when the link broke.
        is_certain = old.shown_at <= upto and upto > self._broken_off_at
        kept = is_certain and 0 <= count <= len(self._tail)
        news = (
            missed(self._room, seat.identity, old.visibility, self._newest(count))
            if kept and old.visibility is not None
            else None
        )
        if news is not None and not _needed(news) <= seat.features:
            news = None
        text = None if news is None else self._batch(news)
        if text is None or (count > SURELY_SHORT and len(text) > len(self._snapshot(seat))):
            self.show(seat)
            return
        seat.visibility, seat.shown_at = old.visibility, old.shown_at
        seat.outbox.put(text)
        seat.outbox.put(self._audience.whole())

    def _newest(self, count: int) -> list[events.Event]:
        return list(islice(self._tail, len(self._tail) - count, None))

    def _tell_logged(self, logged: Sequence[events.Event]) -> None:
        renewed = self._renew_sights(logged) | self._show_older(logged)
        if not all(map(is_public, logged)):
            self._tell_apart(logged, renewed)
            return
        text = self._batch(logged)
        for identity, seat in self._seats.items():
            if not seat.away and identity not in renewed:
                seat.outbox.put(text)

    def _tell_apart(self, logged: Sequence[events.Event], renewed: set[str]) -> None:
        """Tell everyone those of the events that they may see, written once for each choice."""
        texts: dict[tuple[bool, ...], str] = {}
        for seat in self._reached(logged):
            if seat.away or seat.identity in renewed or seat.visibility is None:
                continue
            sight, who = seat.visibility, seat.identity
            seen = tuple(sees(sight, who, event) for event in logged)
            if seen not in texts:
                some = [event for event, told in zip(logged, seen, strict=True) if told]
                texts[seen] = self._batch(some) if some else ""
            if texts[seen]:
                seat.outbox.put(texts[seen])

    def _reached(self, logged: Sequence[events.Event]) -> Iterable[Seat]:
        """All seats; of what goes from one person to another, only theirs."""
        reached: set[str] = set()
        for event in logged:
            if not isinstance(event, _MESSAGES) or not isinstance(event.to, ToPerson):
                return self._seats.values()
            reached |= {event.identity, event.to.identity}
        return [self._seats[who] for who in reached if who in self._seats]

    def _renew_sights(self, logged: Iterable[events.Event]) -> set[str]:
        """Send a snapshot to those who may see more or less than before; who they are."""
        renewed: set[str] = set()
        for identity in dict.fromkeys(who for event in logged for who in concerned(event)):
            seat = self._seats.get(identity)
            if seat is None or seat.away or seat.visibility is None:
                continue  # whoever is away is compared when they come back
            if seat.visibility != visibility(self._room, identity):
                self.show(seat)
                renewed.add(identity)
        return renewed

    def _show_older(self, logged: Iterable[events.Event]) -> set[str]:
        """Send a snapshot to those whose program is older than what happened; who they are."""
        needed = _needed(logged)
        if not needed:
            return set()
        older = [
            seat for seat in self._seats.values() if not seat.away and not needed <= seat.features
        ]
        for seat in older:
            self.show(seat)
        return {seat.identity for seat in older}

    def _batch(self, some: Sequence[events.Event]) -> str:
        return messages.Events(events=tuple(some), upto=self._version()).model_dump_json()

    def _snapshot(self, seat: Seat) -> str:
        seen = view(self._room, seat.identity)
        seen.audience = self._audience.window_for(seat.identity)
        snapshot = messages.Snapshot(room=seen, upto=self._version())
        return snapshot.model_dump_json(exclude=unsaid(snapshot.type, seat.features))


def _needed(some: Iterable[events.Event]) -> set[str]:
    """The features that a client needs to be told of these."""
    told = (event for event in some if not isinstance(event, TO_NOBODY))
    return {EVENTS[event.kind] for event in told if event.kind in EVENTS}
