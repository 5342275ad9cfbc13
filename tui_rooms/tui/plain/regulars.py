"""Who was in the room before the link was lost: that they go and come with it is no news."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from tui_rooms.rules.room import Participant, Room

SETTLES: Final = 60.0
"""Seconds after one's own return in which the others find back, or their places are given up."""


class Regulars:
    """Of one room."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Participant] = {}
        self._until: float | None = None
        """When it is news again who has gone; None: the link is lost, or nothing happens."""

    def lost(self, room: Room) -> None:
        """The link is lost; the room as it was."""
        self._known |= {**room.stage, **room.audience}
        self._until = None

    def back(self) -> None:
        """The link is there again."""
        if self._known:
            self._until = self._clock() + SETTLES

    def is_one(self, identity: str) -> bool:
        """Whether nothing is to be told of their going and coming."""
        return identity in self._known

    def missing(self, room: Room) -> Iterator[Participant]:
        """Those who have not come back, once it is time to say so; each is told once."""
        if self._until is None or self._clock() < self._until:
            return
        known, self._known, self._until = self._known, {}, None
        for identity, who in known.items():
            if room.find(identity) is None:
                yield who
