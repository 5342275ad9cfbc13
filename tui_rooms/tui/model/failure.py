"""Why something that was wished for did not come about, for whoever goes by that."""

from enum import Enum, auto

from tui_rooms.client.errors import LinkError
from tui_rooms.rules.errors import RoomError


class Failure(Enum):
    """Who is to act."""

    WRONG_WORDS = auto()
    """Whoever wrote it."""
    REFUSED = auto()
    """The server, or a host there."""
    NO_SERVER = auto()
    """The network, or whoever runs the server."""
    FAULT = auto()
    """We."""


def failure_of(error: Exception) -> Failure:
    """By the error that said so; one of whoever finds the server has a sentence of its own."""
    if isinstance(error, RoomError):
        return Failure.REFUSED
    if isinstance(error, LinkError):
        return Failure.WRONG_WORDS if error.is_miswritten else Failure.NO_SERVER
    return Failure.NO_SERVER if isinstance(getattr(error, "sentence", None), str) else Failure.FAULT
