"""A room whose log is shorter than was known: it becomes what the log tells, with who is there."""

from collections.abc import Container
from dataclasses import fields

from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.replaying import replayed


async def start_over(room: Room, log: RoomLog, seated: Container[str]) -> int:
    """Change the room in its place, for those who hold it; the version of the log.

    Args:
        seated: who has a connection; of the audience, which is in no log, these stay.

    Raises:
        StorageError: there is no log of this room any more, or it cannot be read.
    """
    found = await replayed(log, room.room_id)
    if found is None:
        raise StorageError("storage-lost", "its log has gone: restore it, or end this server")
    state, version = found
    if state.life is not Life.ENDED:
        state.audience = {
            identity: who
            for identity, who in room.audience.items()
            if identity in seated and identity not in state.stage | state.blocked
        }
    state.audience_count = len(state.audience)
    here = state.stage | state.audience
    state.departures = {who: gone for who, gone in room.departures.items() if who not in here}
    state.networks = {who: where for who, where in room.networks.items() if who in here}
    for field in fields(Room):
        setattr(room, field.name, getattr(state, field.name))
    return version
