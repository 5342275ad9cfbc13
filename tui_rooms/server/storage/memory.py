"""The log of rooms in memory, gone with the process: for tests and for rooms of one evening."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tui_rooms.rules.events import Event
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.storage.card import RoomCard, RoomState
from tui_rooms.server.storage.errors import StorageError, VersionConflict
from tui_rooms.server.storage.forgotten import Forgotten, mark_of
from tui_rooms.server.storage.query import (
    Page,
    RoomQuery,
    page_of,
    place_at,
    place_of,
    searchable,
)
from tui_rooms.server.storage.topics import Entry, Topic, message_of, topic_of


@dataclass(slots=True)
class _Room:
    card: RoomCard
    log: list[Event] = field(default_factory=list)
    state: tuple[Room, int] | None = None


class MemoryLog:
    """A `RoomLog` that never waits."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}
        self._forgotten: dict[str, Seconds] = {}
        self._closed = False

    async def append(
        self, room_id: str, events: Sequence[Event], *, expected: int, card: RoomCard
    ) -> None:
        """See `RoomLog`."""
        self._check_open()
        if not events:
            raise ValueError(f"nothing to append to room '{room_id}'")
        entry = self._rooms.get(room_id) or _Room(card)
        if len(entry.log) != expected:
            raise VersionConflict(room_id, expected=expected, found=len(entry.log))
        entry.card = card
        entry.log.extend(events)
        self._rooms[room_id] = entry

    async def read(self, room_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """See `RoomLog`."""
        end = None if limit is None else after + limit
        return self._log(room_id)[after:end]

    async def version(self, room_id: str) -> int:
        """See `RoomLog`."""
        return len(self._log(room_id))

    async def keep_state(self, room_id: str, version: int, room: Room) -> None:
        """See `RoomLog`."""
        if version <= len(self._log(room_id)) and room_id in self._rooms:
            self._rooms[room_id].state = room.copy(), version

    async def state(self, room_id: str) -> tuple[Room, int] | None:
        """See `RoomLog`."""
        self._check_open()
        entry = self._rooms.get(room_id)
        if entry is None or entry.state is None:
            return None
        room, version = entry.state
        return room.copy(), version

    async def newest(
        self, room_id: str, topic: Topic, *, before: int | None = None, limit: int
    ) -> list[Entry]:
        """See `RoomLog`."""
        log = self._log(room_id)
        last = len(log) if before is None else min(len(log), before - 1)
        backwards = (Entry(seq, log[seq - 1]) for seq in range(last, 0, -1))
        return list(islice((e for e in backwards if topic_of(e.event) is topic), limit))

    async def about_messages(self, room_id: str, message_ids: Collection[str]) -> list[Entry]:
        """See `RoomLog`."""
        entries = map(Entry._make, enumerate(self._log(room_id), start=1))
        return [entry for entry in entries if message_of(entry.event) in message_ids]

    async def query(self, query: RoomQuery) -> Page:
        """See `RoomLog`."""
        self._check_open()
        found = [entry.card for entry in self._rooms.values() if _matches(query, entry.card)]
        found.sort(key=place_of, reverse=not query.soonest_first)
        return page_of(found[: query.limit + 1], query.limit)

    async def open_rooms(self) -> list[str]:
        """See `RoomLog`."""
        self._check_open()
        return [
            room_id
            for room_id, entry in self._rooms.items()
            if entry.card.state is not RoomState.ENDED
        ]

    async def forget_before(self, when: Seconds, *, now: Seconds | None = None) -> int:
        """See `RoomLog`."""
        self._check_open()
        old = [
            room_id
            for room_id, entry in self._rooms.items()
            if entry.card.state is RoomState.ENDED and entry.card.moment < when
        ]
        for room_id in old:
            del self._rooms[room_id]
            self._forgotten[room_id] = when if now is None else now
        return len(old)

    async def check_writable(self) -> None:
        """See `RoomLog`."""
        self._check_open()

    async def forgotten(self) -> Forgotten:
        """See `RoomLog`."""
        self._check_open()
        return Forgotten({mark_of(room_id): at for room_id, at in self._forgotten.items()})

    async def forgotten_at(self, room_id: str) -> Seconds | None:
        """See `RoomLog`."""
        self._check_open()
        return self._forgotten.get(room_id)

    async def close(self) -> None:
        """See `RoomLog`."""
        self._closed = True

    def _log(self, room_id: str) -> list[Event]:
        self._check_open()
        entry = self._rooms.get(room_id)
        return entry.log if entry else []

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("storage-closed", "the log of rooms is closed: the server stops")


def _matches(query: RoomQuery, card: RoomCard) -> bool:
    if query.cursor is not None:
        before, here = place_at(query.cursor), place_of(card)
        if not (here > before if query.soonest_first else here < before):
            return False
    text = searchable(card)
    return (
        query.state in (None, card.state)
        and all(word in text for word in query.words)
        and (not query.host or folded(query.host) == folded(card.host_name))
        and (query.since is None or card.moment >= query.since)
        and (query.until is None or card.moment < query.until)
        and (query.private or not card.private)
        and (query.rooms is None or card.room_id in query.rooms)
    )
