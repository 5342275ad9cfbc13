"""A server whose machine's wall clock a test sets."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.server.serving import served
from tui_rooms.server.rooms.clock import RoomClock


class Wall:
    """The machine's time of day, set ahead or back."""

    set_by = 0.0

    def __call__(self) -> float:
        return time.time() + self.set_by

    def iso(self, after: float) -> str:
        """So many seconds from now, by this clock."""
        return datetime.fromtimestamp(self() + after, UTC).isoformat()


@asynccontextmanager
async def server(data: Path, wall: Wall) -> AsyncIterator[str]:
    """A server on that machine; its address."""
    async with served(data, clock=RoomClock(wall=wall)) as (_, url):
        yield url
