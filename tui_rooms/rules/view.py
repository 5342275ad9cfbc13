"""What one viewer may know of a room."""

from dataclasses import replace
from itertools import islice

from tui_rooms.rules.room import Room

AUDIENCE_SHOWN = 200
"""Of how many listeners a client learns the names; the count is always exact."""


def view(room: Room, viewer: str) -> Room:
    """The room as that viewer may see it, sharing nothing that changes with the original.

    Remembered roles stay on the server: they name people who are not here.
    """
    return replace(
        room,
        stage=dict(room.stage),
        audience=dict(islice(room.audience.items(), AUDIENCE_SHOWN)),
        roles={k: role for k, role in room.roles.items() if k == viewer},
    )
