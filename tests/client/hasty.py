"""A server in this process that gives places up at once; no other one would a test wait for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.server.serving import served
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.server.rooms import away
from tui_rooms.server.rooms.room_types import load_room_types

GRACE = 0.05
"""Seconds for which a place waits for its owner."""


@asynccontextmanager
async def hasty_server(data: Path, *, types: str = "") -> AsyncIterator[int]:
    """Its port.

    Args:
        types: a file of room types, in TOML.
    """
    room_types = ROOM_TYPES
    if types:
        file = data / "types.toml"
        file.write_text(types)
        room_types = load_room_types(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(away, "AWAY_GRACE", GRACE)
        async with served(data, room_types=room_types) as (_, url):
            yield int(url.rpartition(":")[2])
