"""A room made from its log, a part at a time: a long log is never in memory as a whole."""

import asyncio

from tui_rooms.rules.events import RoomCreated
from tui_rooms.rules.evolve import created, evolve, logged
from tui_rooms.rules.room import Room
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog

CHUNK = 200
"""Events that are applied in one turn of the loop, which forwards sound meanwhile."""


async def replayed(log: RoomLog, room_id: str) -> tuple[Room, int] | None:
    """The room that a log tells of, with nobody in its audience, and its version; None: no log.

    Raises:
        StorageError: it cannot be read, or does not begin with `RoomCreated`.
    """
    events = await log.read(room_id, limit=CHUNK)
    if not events:
        return None
    first, *rest = events
    if not isinstance(first, RoomCreated):
        raise StorageError(
            "storage-unreadable",
            f"the log of room '{room_id}' begins with '{first.kind}', expected 'room_created': "
            "restore a backup",
        )
    room, version = created(first), len(events)
    while True:
        for event in rest:
            evolve(room, event)
        rest = await log.read(room_id, after=version, limit=CHUNK)
        if not rest:
            return logged(room), version
        version += len(rest)
        await asyncio.sleep(0)
