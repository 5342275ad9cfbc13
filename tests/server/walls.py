"""A server whose machine's wall clock a test sets."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.server.serving import serving
from tests.server.silent_engine import SilentEngine
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.server.app import build_app
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.entrance import Connections
from tui_rooms.server.parts import opened_parts
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
    async with (
        opened_parts(
            data,
            keys=load_keys(data),
            engine=SilentEngine(),
            guests=True,
            room_types=ROOM_TYPES,
            clock=RoomClock(wall=wall),
        ) as shared,
        serving(build_app(shared, Connections())) as port,
    ):
        yield f"http://127.0.0.1:{port}"
