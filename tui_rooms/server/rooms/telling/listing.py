"""The list of open rooms: each is written once when it has changed, and a list once for all who
look at the same one. What a stranger asks for costs a few comparisons, not the writing of a list.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.rooms.slices import Slices
from tui_rooms.server.rooms.telling.summaries import summary
from tui_rooms.wire.features import OF_ROOMS
from tui_rooms.wire.messages import ROOMS_SHOWN

AT_ONCE: Final = 20
"""Changed rooms that are written before the loop may be given back."""


class Only(NamedTuple):
    """The few rooms that somebody may know of."""

    rooms: tuple[str, ...]
    """Their ids."""
    sees: Callable[[str, Seconds], bool]
    """Whether it is the right room of that id, by when it was made."""


class Entry(NamedTuple):
    """One room, in the order in which they are shown: the fullest first, then the newest."""

    place: tuple[int, float, str]
    text: str
    """Its summary as JSON."""
    old_text: str
    """The same without what version 1 of the wire does not know."""
    is_live: bool
    words: str
    """Title and description, folded."""

    @property
    def room_id(self) -> str:
        """Its id."""
        return self.place[2]

    @property
    def created_at(self) -> Seconds:
        """When it was made."""
        return -self.place[1]

    def has(self, words: Iterable[str]) -> bool:
        """Whether all of these folded words are in it."""
        return all(word in self.words for word in words)


class Listing:
    """All open rooms that are not private."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._stale: dict[str, Room] = {}
        """Rooms that have changed since they were written."""
        self._written: set[str] = set()
        """Rooms that were written since the changes were last taken."""
        self._order: list[Entry] | None = []

    def changed(self, room: Room) -> None:
        """A room is new, or not as it was. Costs next to nothing: it is written when it is read."""
        self._stale[room.room_id] = room

    def entry(self, room_id: str) -> Entry | None:
        """A room of the list."""
        return self._entries.get(room_id)

    def entries(self) -> list[Entry]:
        """All of them as they are now, in their order: a list that is replaced, never changed."""
        while self._stale:
            self._write()
        if self._order is None:
            self._order = sorted(self._entries.values())
        return self._order

    async def changes(self, slices: Slices) -> set[str]:
        """Write what has changed, in slices; the ids of all that was written since the last call.

        Of those that are listed no more too.
        """
        while self._stale:
            self._write(AT_ONCE)
            await slices.rest()
        written, self._written = self._written, set()
        return written

    def shown(
        self, state: str | None, matches: set[str] | None = None, only: Only | None = None
    ) -> list[Entry]:
        """What somebody is shown: the first `ROOMS_SHOWN`.

        Args:
            state: "upcoming" or "live"; None: both.
            matches: the ids of those with the right words; None: any.
            only: for somebody who may know of no others.
        """
        everything = self.entries()
        found = []
        for entry in everything if only is None else self._few(only):
            if (state is None or (state == "live") is entry.is_live) and (
                matches is None or entry.room_id in matches
            ):
                found.append(entry)
                if len(found) == ROOMS_SHOWN:
                    break
        return found

    def _few(self, only: Only) -> list[Entry]:
        # A token names a hundred rooms at most: these are looked up, not looked for.
        found = [self._entries[room] for room in set(only.rooms) if room in self._entries]
        return sorted(entry for entry in found if only.sees(entry.room_id, entry.created_at))

    def _write(self, most: int | None = None) -> None:
        for room_id in list(self._stale)[:most]:
            room = self._stale.pop(room_id)
            if room.private or room.life is Life.ENDED:
                self._entries.pop(room_id, None)
            else:
                self._entries[room_id] = _entry(room)
            self._written.add(room_id)
        self._order = None


def list_of(entries: Iterable[Entry], *, is_old: bool = False) -> str:
    """The message `rooms`.

    Args:
        is_old: for a program that knows version 1 of the wire, and no more.
    """
    texts = ",".join(entry.old_text if is_old else entry.text for entry in entries)
    # As pydantic writes `messages.Rooms`; a test compares.
    return f'{{"type":"rooms","rooms":[{texts}]}}'


def changes_of(new: Iterable[Entry], gone: Iterable[str]) -> str:
    """The message `rooms_changed`.

    Args:
        new: rooms that are new, or not as they were.
        gone: the ids of those that are shown no more.
    """
    rooms = ",".join(entry.text for entry in new)
    names = ",".join(f'"{room_id}"' for room_id in gone)  # letters, digits and dashes
    # As pydantic writes `messages.RoomsChanged`; the same test compares.
    return f'{{"type":"rooms_changed","rooms":[{rooms}],"gone":[{names}]}}'


def _entry(room: Room) -> Entry:
    shown = summary(room)
    return Entry(
        (-shown.participants, -shown.created_at, room.room_id),
        shown.model_dump_json(),
        shown.model_dump_json(exclude=OF_ROOMS),
        room.live_since is not None,
        folded(f"{room.title}\n{room.description}"),
    )
