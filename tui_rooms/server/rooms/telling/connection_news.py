"""How those on the stage are connected, told to everyone when it changes.

It is no event and in no log: whoever comes gets it as it is now. A message says all of it, so the
newest replaces what still waits, and what is as it should be is not said at all.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.wire import messages
from tui_rooms.wire.quality import ConnectionQuality

INTERVAL: Seconds = 2.0
"""Between two messages: a connection that comes and goes costs thousands of clients little."""


class ConnectionNews:
    """Looks at the seats of the stage and tells changes; the first after a calm at once."""

    def __init__(
        self, room: Room, seats: Mapping[str, Seat], tell_latest: Callable[[str, str], None]
    ) -> None:
        """`tell_latest` sends a text of some kind to all; it replaces what waits of that kind."""
        self._room = room
        self._seats = seats
        self._tell_latest = tell_latest
        self._awaited: set[str] = set()
        """Who has had no connection since the server began."""
        self._told: dict[str, ConnectionQuality] = {}
        self._pause: asyncio.TimerHandle | None = None
        self._closed = False

    def expect(self, identities: Iterable[str]) -> None:
        """Their connections ended with the last server: lost, until they come back."""
        self._awaited.update(identities)
        self.changed()

    def note(self, seat: Seat, quality: ConnectionQuality) -> None:
        """A seat's media path is like this now."""
        seat.quality = quality
        if seat.identity in self._room.stage:
            self.changed()

    def changed(self) -> None:
        """Somebody has lost their connection, has come back, or has come to the stage or left it:
        told now, or with the next message."""
        if self._pause is None and not self._closed:
            self._tell()

    def show(self, seat: Seat, *, again: bool) -> None:
        """Tell one who comes; `again`: who may know how it was.

        To be called when the seat has been taken.
        """
        lacking = self._told  # what has changed since comes with the next message, as to all
        if seat.identity in self._room.stage:
            self._awaited.discard(seat.identity)
            self.changed()
            lacking = self._lacking()
        if lacking or again:
            seat.outbox.put_latest("connections", _message(lacking))

    def close(self) -> None:
        """Tell nothing more."""
        self._closed = True
        if self._pause is not None:
            self._pause.cancel()

    def _tell(self) -> None:
        self._pause = None
        lacking = self._lacking()
        if lacking != self._told:
            self._told = lacking
            self._tell_latest("connections", _message(lacking))
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._tell)

    def _lacking(self) -> dict[str, ConnectionQuality]:
        """Those of the stage whose connection is not excellent."""
        self._awaited &= self._room.stage.keys()  # others have been given up
        seen = {identity: self._quality(identity) for identity in self._room.stage}
        return {
            identity: quality
            for identity, quality in seen.items()
            if quality is not ConnectionQuality.EXCELLENT
        }

    def _quality(self, identity: str) -> ConnectionQuality:
        seat = self._seats.get(identity)
        if seat is None:
            # They are just coming; or they have not come back after a restart.
            is_lost = identity in self._awaited
            return ConnectionQuality.LOST if is_lost else ConnectionQuality.EXCELLENT
        return ConnectionQuality.LOST if seat.away or seat.silent else seat.quality


def _message(lacking: Mapping[str, ConnectionQuality]) -> str:
    return messages.Connections(lacking=dict(lacking)).model_dump_json()
