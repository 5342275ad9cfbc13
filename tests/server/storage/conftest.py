"""Both kinds of log, opened for a test and closed after it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.sqlite import SqliteLog


@pytest.fixture(params=["memory", "sqlite"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RoomLog]:
    """A new log; every test that takes it runs once with each kind."""
    opened: RoomLog
    if request.param == "memory":
        opened = MemoryLog()
    else:
        opened = await SqliteLog.open(tmp_path / "rooms.db")
    yield opened
    await opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "data" / "rooms.db"
