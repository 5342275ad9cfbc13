"""Who answers for what a command writes into a room's log."""

from typing import Final, Protocol

from tui_rooms.rules import commands
from tui_rooms.rules.room import Room


class Writer(Protocol):
    """Somebody whose changes are counted. Both are called in the room's own turn."""

    def check(self, room: Room, command: commands.Command) -> None:
        """Refuse a command before it is decided.

        Raises:
            RoomError: they have changed too much of late, or in this room.
        """
        ...

    def wrote(self, room: Room, command: commands.Command, events: int) -> None:
        """Count what has come of it.

        Args:
            events: so many are in the log because of it; 0 when nothing had to change.
        """
        ...


class Uncounted:
    """The server itself, and whoever is not counted."""

    def check(self, room: Room, command: commands.Command) -> None:
        """Refuses nothing."""

    def wrote(self, room: Room, command: commands.Command, events: int) -> None:
        """Counts nothing."""


UNCOUNTED: Final[Writer] = Uncounted()
