"""The log of rooms in a SQLite file.

The event loop forwards sound, so it never waits for a disk: all work with SQLite is done on one
thread. Appends that come while it is busy gather, and become one transaction (group commit):
the slower the disk, the larger the groups.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from tui_rooms.rules.events import Event
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.storage.card import RoomCard
from tui_rooms.server.storage.codec import (
    STATE_FORM,
    card_text,
    event_text,
    read_card,
    read_event,
    read_state,
    state_text,
)
from tui_rooms.server.storage.database import Database, Row, Sync, Write
from tui_rooms.server.storage.errors import StorageError, VersionConflict
from tui_rooms.server.storage.faults import ANSWERS_WITHIN, slow
from tui_rooms.server.storage.forgotten import Forgotten
from tui_rooms.server.storage.query import Page, RoomQuery, page_of, place_at, searchable
from tui_rooms.server.storage.topics import Entry, Topic, message_of, topic_of

WAITING_LIMIT = 10_000
"""Appends that may wait for the disk; more are refused."""
READ_CHUNK = 200
"""Events that are read at once: decoding them holds the loop for about a millisecond."""
SEARCH_CHUNK = 250
"""Rooms that a search looks at before what is to be kept meanwhile is written: it takes 1 ms."""
FORGET_CHUNK = 20
"""Rooms that are erased at once, so that appends need not wait for all."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

log = logging.getLogger(__name__)


class SqliteLog:
    """A `RoomLog` that stays. Made by `open`; for the event loop that made it."""

    def __init__(
        self,
        thread: ThreadPoolExecutor,
        database: Database,
        path: Path,
        took: Callable[[Seconds], None],
    ) -> None:
        self._thread = thread
        self._database = database
        self._path = path
        self._took = took
        self._busy_since: Seconds | None = None
        """When the thread began with what it does."""
        self._gathering: list[Write] | None = None
        self._commit: asyncio.Task[list[int]] | None = None
        self._closed = False

    @classmethod
    async def open(
        cls, path: Path, *, sync: Sync = "normal", took: Callable[[Seconds], None] | None = None
    ) -> "SqliteLog":
        """Open the file, or make it; bring an older one to the newest version.

        Args:
            took: is told of each append that was kept, how long that took.

        Raises:
            StorageError: not ours, too new, in use, or not writable. It was left as it is.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="room-log")
        try:
            loop = asyncio.get_running_loop()
            database = await loop.run_in_executor(thread, Database, path, sync)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(thread, database, path, took or (lambda _: None))

    async def append(
        self, room_id: str, events: Sequence[Event], *, expected: int, card: RoomCard
    ) -> None:
        """See `RoomLog`.

        Raises:
            StorageError: also `storage-busy`, when too much waits for the disk already. What the
                disk has begun with may be kept yet after `storage-slow`.
        """
        self._check_open()
        if not events:
            raise ValueError(f"nothing to append to room '{room_id}'")
        began = time.monotonic()
        place, commit = self._gather(
            Write(
                room_id=room_id,
                expected=expected,
                rows=[
                    Row(event_text(event), topic_of(event), message_of(event)) for event in events
                ],
                state=card.state,
                moment=card.moment,
                private=card.private,
                host=folded(card.host_name),
                words=searchable(card),
                card=card_text(card),
            )
        )
        # Shielded: others wait for the same commit.
        found = (await asyncio.shield(commit))[place]
        if found != expected:
            raise VersionConflict(room_id, expected=expected, found=found)
        self._took(time.monotonic() - began)

    def _gather(self, write: Write) -> tuple[int, "asyncio.Task[list[int]]"]:
        """Put an append into the group that is committed next; its place there."""
        if self._gathering is None or self._commit is None:
            self._gathering = []
            self._commit = asyncio.create_task(self._commit_next(self._commit))
        if len(self._gathering) >= WAITING_LIMIT:
            raise StorageError(
                "storage-busy",
                f"{WAITING_LIMIT} changes wait for the disk already: try again later",
            )
        self._gathering.append(write)
        return len(self._gathering) - 1, self._commit

    async def _commit_next(self, before: "asyncio.Task[list[int]] | None") -> list[int]:
        if before is not None:
            await asyncio.wait([before])  # its failure is not ours
        group, self._gathering = self._gathering or [], None
        return await self._on_thread(self._database.write, group)

    async def read(self, room_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """See `RoomLog`."""
        found: list[Event] = []
        while limit is None or len(found) < limit:
            wanted = READ_CHUNK if limit is None else min(READ_CHUNK, limit - len(found))
            first = after + len(found)
            chunk = await self._ask(self._database.events, room_id, first, wanted)
            found += [
                read_event(text, room_id=room_id, seq=seq)
                for seq, text in enumerate(chunk, start=first + 1)
            ]
            if len(chunk) < wanted:
                break
        return found

    async def version(self, room_id: str) -> int:
        """See `RoomLog`."""
        return await self._ask(self._database.version, room_id)

    async def keep_state(self, room_id: str, version: int, room: Room) -> None:
        """See `RoomLog`."""
        # Written down now: the room goes on while the disk is waited for.
        await self._ask(self._database.keep_state, room_id, version, STATE_FORM, state_text(room))

    async def state(self, room_id: str) -> tuple[Room, int] | None:
        """See `RoomLog`."""
        found = await self._ask(self._database.state, room_id, STATE_FORM)
        if found is None:
            return None
        room = read_state(found[0])
        return None if room is None else (room, found[1])

    async def newest(
        self, room_id: str, topic: Topic, *, before: int | None = None, limit: int
    ) -> list[Entry]:
        """See `RoomLog`."""
        rows = await self._ask(self._database.newest, room_id, topic, before, limit)
        return _entries(room_id, rows)

    async def about_messages(self, room_id: str, message_ids: Collection[str]) -> list[Entry]:
        """See `RoomLog`."""
        if not message_ids:
            return []
        rows = await self._ask(self._database.about_messages, room_id, tuple(message_ids))
        return _entries(room_id, rows)

    async def query(self, query: RoomQuery) -> Page:
        """See `RoomLog`."""
        found: list[RoomCard] = []
        beyond = None if query.cursor is None else place_at(query.cursor)
        while len(found) <= query.limit:
            some = await self._ask(self._database.cards, query, beyond, SEARCH_CHUNK)
            found += [read_card(one.card) for one in some if one.card is not None]
            if len(some) < SEARCH_CHUNK:
                break
            beyond = some[-1].place
        return page_of(found, query.limit)

    async def open_rooms(self) -> list[str]:
        """See `RoomLog`."""
        self._check_open()
        # However long it takes: a server that starts has nothing else to do.
        return await self._in_its_turn(self._database.open_rooms)

    async def forget_before(self, when: Seconds, *, now: Seconds | None = None) -> int:
        """See `RoomLog`. Nothing of the rooms is left in the file, or beside it."""
        forgotten = 0
        at = when if now is None else now
        self._check_open()
        while some := await self._in_its_turn(self._database.forget, when, at, FORGET_CHUNK):
            forgotten += some
        if forgotten:
            await self._in_its_turn(self._database.empty_wal)
        return forgotten

    async def check_writable(self) -> None:
        """See `RoomLog`."""
        await self._ask(self._database.check_writable)

    async def forgotten(self) -> Forgotten:
        """See `RoomLog`."""
        return await self._ask(self._database.forgotten)

    async def forgotten_at(self, room_id: str) -> Seconds | None:
        """See `RoomLog`."""
        return await self._ask(self._database.forgotten_at, room_id)

    async def close(self) -> None:
        """See `RoomLog`."""
        if self._closed:
            return
        self._closed = True
        if self._commit is not None:
            await asyncio.wait([self._commit])
        try:
            await self._on_thread(self._database.close)
        except StorageError as error:
            log.error("the log of rooms is not closed: %s", error.sentence)
        self._thread.shutdown(wait=False)

    async def _ask(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        self._check_open()
        return await self._on_thread(work, *arguments)

    async def _on_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Do that after everything that was asked of the thread before.

        Raises:
            StorageError: also `storage-slow`. What has been begun is done as soon as the disk takes
                it, the rest never.
        """
        busy_since = self._busy_since
        if busy_since is not None and time.monotonic() - busy_since > ANSWERS_WITHIN:
            raise slow(self._path)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await self._in_its_turn(work, *arguments)
        except TimeoutError as exc:
            raise slow(self._path) from exc

    async def _in_its_turn(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._timed, work, arguments)

    def _timed(self, work: Callable[[*Ts], T], arguments: tuple[*Ts]) -> T:
        self._busy_since = time.monotonic()
        try:
            return work(*arguments)
        finally:
            self._busy_since = None

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("storage-closed", "the log of rooms is closed: the server stops")


def _entries(room_id: str, rows: Sequence[tuple[int, str]]) -> list[Entry]:
    return [Entry(seq, read_event(text, room_id=room_id, seq=seq)) for seq, text in rows]
