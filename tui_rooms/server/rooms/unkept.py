"""What was done in a room although it could not be written down.

A full disk must not keep a host from muting somebody or sending them out. So what protects people
is done at once and told as not kept. It is written down as soon as the disk takes it, before all
that happens after it; with a server that ends before that it is lost.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.errors import RoomError

LIMIT: Final = 2000
"""Events; beyond that nothing more is done that cannot be kept."""

Act: TypeAlias = tuple[commands.Command, Actor]


class Unkept:
    """The events that the log of one room lacks, in their order, and by which acts they came."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []
        self._acts: list[Act] = []

    def __bool__(self) -> bool:
        return bool(self.events)

    @property
    def is_full(self) -> bool:
        """Whether nothing more may be done without the disk."""
        return len(self.events) >= LIMIT

    def add(self, act: Act, happened: Sequence[events.Event]) -> None:
        """This was done too."""
        self.events += happened
        self._acts.append(act)

    def has(self, happened: Sequence[events.Event]) -> bool:
        """Whether any of that is still to be written down."""
        return any(event in self.events for event in happened)

    def drop(self, found: Sequence[events.Event]) -> int:
        """These stand in the log: how many of them, from the first on, are ours, and so kept."""
        count = 0
        for ours, theirs in zip(self.events, found, strict=False):
            if ours != theirs:
                break
            count += 1
        del self.events[:count]
        if not self.events:
            self._acts.clear()
        return count

    def clear(self) -> None:
        """All of it is kept."""
        self.events.clear()
        self._acts.clear()

    def to_be_done_again(self) -> list[Act]:
        """The acts, for a room that has become another one; they are forgotten here."""
        acts = list(self._acts)
        self.clear()
        return acts


def not_kept(room_id: str) -> RoomError:
    """What an asker is told when their command could not be kept."""
    return RoomError(
        "not-kept",
        f"room '{room_id}' cannot be changed now: its server cannot keep what happens. Try again "
        "in a moment; if it stays so, its operator finds the reason in the log",
    )
