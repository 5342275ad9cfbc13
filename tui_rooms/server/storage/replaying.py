"""A room made from its log, a part at a time: a long log is never in memory as a whole.

Its state is kept now and then, and the log applied from there on: a room's age does not matter.
"""

import asyncio
import logging

from tui_rooms.rules.events import Event, RoomCreated
from tui_rooms.rules.evolve import created, evolve, logged
from tui_rooms.rules.room import Room
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog

CHUNK = 200
"""Events that are applied in one turn of the loop, which forwards sound meanwhile."""
STATE_EVERY = 1000
"""Events after which a room's state is kept."""

log = logging.getLogger(__name__)


async def replayed(kept: RoomLog, room_id: str) -> tuple[Room, int] | None:
    """The room that a log tells of, with nobody in its audience, and its version; None: no log.

    Raises:
        StorageError: it cannot be read, does not begin with `RoomCreated`, or one event does not
            fit those before it.
    """
    began = await kept.state(room_id) or await _first(kept, room_id)
    if began is None:
        return None
    room, version = began
    known = version
    while some := await kept.read(room_id, after=version, limit=CHUNK):
        for event in some:
            version += 1
            apply(room, event, version)
        await asyncio.sleep(0)
    room = logged(room)
    if version - known >= STATE_EVERY:
        await keep_state(kept, room, version)
    return room, version


def apply(room: Room, event: Event, seq: int) -> None:
    """Apply an event of a log.

    Raises:
        StorageError: `storage-unreadable`: after those before it this event cannot have happened.
    """
    try:
        evolve(room, event)
    except Exception as exc:  # the rules refuse no event: whatever it is, it is this
        raise StorageError(
            "storage-unreadable",
            f"event {seq} of room '{room.room_id}', '{event.kind}', does not fit what the log of "
            "rooms has before it: restore a backup",
        ) from exc


async def keep_state(kept: RoomLog, room: Room, version: int) -> None:
    """Keep what a room is at that version; where that fails, the log has it all the same.

    Args:
        room: as `logged` gives it, which nobody changes.
    """
    try:
        await kept.keep_state(room.room_id, version, room)
    except StorageError as error:
        log.warning("the state of room '%s' is not kept: %s", room.room_id, error.sentence)


async def _first(kept: RoomLog, room_id: str) -> tuple[Room, int] | None:
    events = await kept.read(room_id, limit=1)
    if not events:
        return None
    (first,) = events
    if not isinstance(first, RoomCreated):
        raise StorageError(
            "storage-unreadable",
            f"the log of room '{room_id}' begins with '{first.kind}', expected 'room_created': "
            "restore a backup",
        )
    return created(first), 1
