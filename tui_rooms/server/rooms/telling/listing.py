"""The list of open rooms: each is written once when it has changed, and a list once for all who
look at the same one. What a stranger asks for costs a few comparisons, not the writing of a list.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tui_rooms.rules.room import Life, Room, Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.rooms.telling.summaries import summary
from tui_rooms.wire.features import OF_ROOMS
from tui_rooms.wire.messages import ROOMS_SHOWN

TEXTS_KEPT: Final = 64
"""Different lists that are kept written; people look at two or three, and search with words."""


class Only(NamedTuple):
    """The few rooms that somebody may know of."""

    rooms: tuple[str, ...]
    """Their ids."""
    sees: Callable[[str, Seconds], bool]
    """Whether it is the right room of that id, by when it was made."""


class _Entry(NamedTuple):
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
        return self.place[2]

    @property
    def created_at(self) -> Seconds:
        return -self.place[1]


class Listing:
    """All open rooms that are not private."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._stale: dict[str, Room] = {}
        """Rooms that have changed since they were written."""
        self._order: list[_Entry] = []
        self._texts: dict[tuple[str | None, str, bool], str] = {}

    def changed(self, room: Room) -> None:
        """A room is new, or not as it was. Costs next to nothing: it is written when it is read."""
        self._stale[room.room_id] = room

    def text(
        self, state: str | None, wanted: str, *, is_old: bool = False, only: Only | None = None
    ) -> str:
        """The message `rooms` for whoever looks at these.

        Args:
            state: "upcoming" or "live"; None: both.
            wanted: words that are all in title or description, whatever the case.
            is_old: for a program that knows version 1 of the wire, and no more.
            only: for somebody who may know of no others.
        """
        self._freshen()
        words = tuple(sorted(set(folded(wanted).split())))
        if only is not None:
            return self._written(self._few(only), state, words, is_old=is_old)
        key = state, " ".join(words), is_old
        if key not in self._texts:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.clear()
            self._texts[key] = self._written(self._order, state, words, is_old=is_old)
        return self._texts[key]

    def _few(self, only: Only) -> list[_Entry]:
        # A token names a hundred rooms at most: these are looked up, not looked for.
        found = [self._entries[room] for room in set(only.rooms) if room in self._entries]
        return sorted(entry for entry in found if only.sees(entry.room_id, entry.created_at))

    def _written(
        self, entries: Iterable[_Entry], state: str | None, words: Iterable[str], *, is_old: bool
    ) -> str:
        found = []
        for entry in entries:
            if (state is None or (state == "live") is entry.is_live) and all(
                word in entry.words for word in words
            ):
                found.append(entry.old_text if is_old else entry.text)
                if len(found) == ROOMS_SHOWN:
                    break
        # As pydantic writes `messages.Rooms`; a test compares.
        return f'{{"type":"rooms","rooms":[{",".join(found)}]}}'

    def _freshen(self) -> None:
        if not self._stale:
            return
        for room_id, room in self._stale.items():
            if room.private or room.life is Life.ENDED:
                self._entries.pop(room_id, None)
            else:
                self._entries[room_id] = _entry(room)
        self._stale.clear()
        self._texts.clear()
        self._order = sorted(self._entries.values())


def _entry(room: Room) -> _Entry:
    shown = summary(room)
    return _Entry(
        (-shown.participants, -shown.created_at, room.room_id),
        shown.model_dump_json(),
        shown.model_dump_json(exclude=OF_ROOMS),
        room.live_since is not None,
        folded(f"{room.title}\n{room.description}"),
    )
