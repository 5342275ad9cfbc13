"""Participants without a connection: their places are kept for a while, so that they come back
unnoticed.

How long is counted from when they were last heard, not from when somebody noticed.
"""

import asyncio

from tui_rooms.rules.acts.people import awaited
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.rooms.broken_off import RETURN_WITHIN
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.uncancelled import Uncancelled

AWAY_GRACE: Seconds = 60.0
"""So long a place is kept, on the stage too."""
HAND_GRACE: Seconds = 120.0
"""The same for whoever waits in a queue: to stand in one takes longer than to be heard again."""


class AwaySeats:
    """Until they return or their time is over."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._works = Uncancelled()
        self._resumed_at: dict[str, float] = {}
        """By room, in the loop's time: when its server had started again."""

    async def keep(self, room: LiveRoom, seat: Seat, *, heard_at: float | None = None) -> None:
        """Give the media path up now, the place after the grace time.

        Args:
            heard_at: when something last came from them, in the loop's time; None: now.
        """
        if heard_at is None:
            heard_at = asyncio.get_running_loop().time()
        await self._works.run(self._keep(room, seat, heard_at))

    async def _keep(self, room: LiveRoom, seat: Seat, heard_at: float) -> None:
        await room.suspend(seat)
        if room.sits(seat):
            self._expect(room, seat.identity, heard_at)

    def expect_all(self, room: LiveRoom) -> None:
        """Wait for everybody with a place or a claim, whose connections ended with the last
        server. Nobody knows when that was: their time begins now."""
        now = asyncio.get_running_loop().time()
        self._resumed_at[room.room_id] = now
        room.connections.expect(room.room.stage)
        for identity in awaited(room.room):
            self._expect(room, identity, now)

    def expects_listeners(self, room: LiveRoom) -> bool:
        """Whether those may still be on their way back who were in no log: listeners, who had no
        place that outlasted the last server."""
        resumed_at = self._resumed_at.get(room.room_id)
        now = asyncio.get_running_loop().time()
        return resumed_at is not None and now < resumed_at + RETURN_WITHIN

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
        await self._works.finished()

    def _expect(self, room: LiveRoom, identity: str, heard_at: float) -> None:
        self.returned(room, identity)
        self._waiting[room.room_id, identity] = asyncio.get_running_loop().call_at(
            heard_at + _grace(room.room, identity), self._give_up, room, identity
        )

    def _give_up(self, room: LiveRoom, identity: str) -> None:
        # Whoever comes back in the same moment takes the seat before, or joins anew after it.
        del self._waiting[room.room_id, identity]
        self._works.begin(room.give_up(identity))


def _grace(room: Room, identity: str) -> Seconds:
    waits = identity in room.hands or identity in room.requests
    return HAND_GRACE if waits else AWAY_GRACE
