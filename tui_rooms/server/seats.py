"""Seats of those whose connection broke: kept for a while, so that they come back unnoticed."""

import asyncio

from tui_rooms.rules.room import Seconds
from tui_rooms.server.live_room import LiveRoom, Seat

AWAY_GRACE: Seconds = 15.0


class AwaySeats:
    """Participants without a connection, until they return or their time is over."""

    def __init__(self) -> None:
        self._leaving: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def keep(self, room: LiveRoom, seat: Seat) -> None:
        """Give the media path up now, the seat after the grace time."""
        await room.drop_media(seat)
        key = (room.room_id, seat.identity)
        self.returned(room, seat.identity)
        task = asyncio.create_task(self._leave_later(room, seat))
        self._leaving[key] = task
        task.add_done_callback(
            lambda done: self._leaving.pop(key) if self._leaving.get(key) is done else None
        )

    def returned(self, room: LiveRoom, identity: str) -> None:
        """They are back: their seat is taken by their new connection."""
        task = self._leaving.pop((room.room_id, identity), None)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Stop waiting for anyone."""
        tasks = list(self._leaving.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _leave_later(self, room: LiveRoom, seat: Seat) -> None:
        await asyncio.sleep(AWAY_GRACE)
        await room.leave(seat)
