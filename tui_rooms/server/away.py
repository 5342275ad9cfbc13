"""Participants without a connection: their places are kept for a while, so that they come back
unnoticed."""

import asyncio

from tui_rooms.rules.room import Seconds
from tui_rooms.server.live_room import LiveRoom
from tui_rooms.server.seats import Seat

AWAY_GRACE: Seconds = 15.0
RESTART_GRACE: Seconds = 40.0
"""After a restart of the server; a client looks for it for 30 s."""


class AwaySeats:
    """Until they return or their time is over."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._giving_up: set[asyncio.Task[None]] = set()

    async def keep(self, room: LiveRoom, seat: Seat) -> None:
        """Give the media path up now, the place after the grace time."""
        await room.suspend(seat)
        if room.sits(seat):
            self._expect(room, seat.identity, AWAY_GRACE)

    def expect_all(self, room: LiveRoom) -> None:
        """Wait for everybody on the stage, whose connections ended with the last server."""
        for identity in room.room.stage:
            self._expect(room, identity, RESTART_GRACE)

    def returned(self, room: LiveRoom, identity: str) -> None:
        """They are back: their place is taken by their new connection."""
        timer = self._waiting.pop((room.room_id, identity), None)
        if timer is not None:
            timer.cancel()

    async def close(self) -> None:
        """Stop waiting for anyone."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        await asyncio.gather(*self._giving_up, return_exceptions=True)

    def _expect(self, room: LiveRoom, identity: str, grace: Seconds) -> None:
        self.returned(room, identity)
        self._waiting[room.room_id, identity] = asyncio.get_running_loop().call_later(
            grace, self._give_up, room, identity
        )

    def _give_up(self, room: LiveRoom, identity: str) -> None:
        # From here on it is not cancelled: a command is carried out whole. Whoever comes back
        # in the same moment takes the seat before, or joins anew after it.
        del self._waiting[room.room_id, identity]
        leaving = asyncio.create_task(room.give_up(identity))
        self._giving_up.add(leaving)
        leaving.add_done_callback(self._giving_up.discard)
