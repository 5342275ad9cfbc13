"""Those who look at the list of rooms: it is sent to them now, and when it has changed."""

import asyncio

from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.rooms.telling.listing import Listing, Only
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.wire import messages
from tui_rooms.wire.features import unsaid

INTERVAL: Seconds = 0.5
"""Between two pushes."""


class Watchers:
    """The open connections in the lobby."""

    def __init__(self) -> None:
        self.listing = Listing()
        self._watching: dict[Outbox, tuple[messages.WatchRooms, bool, Only | None]] = {}
        """What each looks at, whether its program is of version 1, and what it may see."""
        self._told: dict[Outbox, str] = {}
        """What each was sent last: the very same is not sent again."""
        self._pause: asyncio.TimerHandle | None = None

    def add(
        self,
        outbox: Outbox,
        wanted: messages.WatchRooms,
        known: frozenset[str],
        *,
        only: Only | None = None,
    ) -> None:
        """Send the rooms now and whenever they change; replaces an earlier wish.

        Args:
            known: the features that the client knows.
            only: the rooms that they may know of; None: all that are not private.
        """
        self._watching[outbox] = wanted, unsaid("rooms", known) is not None, only
        self._told.pop(outbox, None)
        self._send(outbox)

    def remove(self, outbox: Outbox) -> None:
        """Stop that."""
        self._watching.pop(outbox, None)
        self._told.pop(outbox, None)

    def changed(self, room: Room) -> None:
        """A room is not as it was."""
        self.listing.changed(room)
        if self._watching and self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._tell)

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _tell(self) -> None:
        self._pause = None
        for outbox in self._watching:
            self._send(outbox)

    def _send(self, outbox: Outbox) -> None:
        wanted, is_old, only = self._watching[outbox]
        text = self.listing.text(wanted.state, wanted.text, is_old=is_old, only=only)
        if self._told.get(outbox) != text:
            self._told[outbox] = text
            outbox.put_latest("rooms", text)
