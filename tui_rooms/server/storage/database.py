"""The SQLite file, with plain blocking calls: for one thread of its own. See `sqlite`."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.storage.card import RoomState
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.faults import faults_of, lost_beside
from tui_rooms.server.storage.forgotten import MARKS_KEPT, Forgotten, mark_of
from tui_rooms.server.storage.private_files import make_file
from tui_rooms.server.storage.query import Place, RoomQuery
from tui_rooms.server.storage.schema import MIGRATIONS, Migration, migrate
from tui_rooms.server.storage.topics import Topic

Sync: TypeAlias = Literal["normal", "full"]
"""What an acknowledged append survives: `normal` the end of the process in any way, `full` the
end of the machine's power too, at the cost of waiting for the disk with each commit."""

_NO_SEQ = 2**62
"""Larger than the number of any event."""
LOCK_WAIT: Seconds = 1.0
"""How long to wait at opening for another server that is just stopping."""


class Row(NamedTuple):
    """An event, as it lies in its table."""

    body: str
    """JSON."""
    topic: Topic | None
    message: str | None
    """The id of the message that it has sent or deleted."""


class Card(NamedTuple):
    """A room that a query has looked at."""

    place: Place
    card: str | None
    """As JSON; None: it is not what was looked for."""


@dataclass(frozen=True, slots=True)
class Write:
    """One append, ready for the disk."""

    room_id: str
    expected: int
    rows: Sequence[Row]
    """The events."""
    state: RoomState
    moment: Seconds
    private: bool
    host: str
    words: str
    card: str


class Database:
    """The open file. Nobody else can open it until it is closed, or its process has gone.

    Raises:
        StorageError: from every call.
    """

    def __init__(
        self, path: Path, sync: Sync, migrations: Sequence[Migration] = MIGRATIONS
    ) -> None:
        self._path = path
        with self._faults():
            make_file(path)
            if lost := lost_beside(path):
                raise lost
            there = os.stat(path)
            self._identity = there.st_dev, there.st_ino
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=LOCK_WAIT,
                isolation_level=None,  # transactions begin where `_transaction` says so
            )
        try:
            with self._faults():
                self._set_up(sync, migrations)
        except BaseException:
            self._connection.close()
            raise

    def _set_up(self, sync: Sync, migrations: Sequence[Migration]) -> None:
        # Before the first access: the file is ours alone, and WAL needs no shared memory.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        with self._transaction():
            migrate(self._connection, self._path, migrations)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if sync == 'full' else 'NORMAL'}")
        # macOS's fsync leaves data in the drive's cache; elsewhere this changes nothing.
        self._connection.execute(f"PRAGMA fullfsync = {int(sync == 'full')}")
        self._connection.execute("PRAGMA secure_delete = ON")  # forgotten rooms are overwritten

    def write(self, group: Sequence[Write]) -> list[int]:
        """Carry out appends in one transaction; the version in which each found its room.

        One that did not find the version it expected has written nothing; the others have.
        """
        self._check_there()
        with self._faults(), self._transaction():
            return [self._append(write) for write in group]

    def _check_there(self) -> None:
        """Refuse where the file was moved or removed: SQLite would go on writing to nowhere."""
        with self._faults():
            there = os.path.exists(self._path) and os.stat(self._path)
            if not there or (there.st_dev, there.st_ino) != self._identity:
                raise StorageError(
                    "storage-removed",
                    f"{self._path} was moved or removed while the server runs: put it back, "
                    "or end the server",
                )

    def _append(self, write: Write) -> int:
        version = self._version(write.room_id)
        if version != write.expected:
            return version
        self._connection.executemany(
            "INSERT INTO event (room_id, seq, body, topic, message) VALUES (?, ?, ?, ?, ?)",
            ((write.room_id, seq, *row) for seq, row in enumerate(write.rows, start=version + 1)),
        )
        self._connection.execute(
            """
            INSERT INTO room (room_id, version, state, moment, private, host, words, card)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (room_id) DO UPDATE SET
                version = excluded.version, state = excluded.state, moment = excluded.moment,
                private = excluded.private, host = excluded.host, words = excluded.words,
                card = excluded.card
            """,
            (
                write.room_id,
                version + len(write.rows),
                write.state,
                write.moment,
                write.private,
                write.host,
                write.words,
                write.card,
            ),
        )
        return version

    def events(self, room_id: str, after: int, limit: int) -> list[str]:
        """The next events of a room after that version, at most `limit`, as JSON."""
        return self._column(
            "SELECT body FROM event WHERE room_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (room_id, after, limit),
        )

    def version(self, room_id: str) -> int:
        """The number of a room's last event; 0 without one."""
        with self._faults():
            return self._version(room_id)

    def keep_state(self, room_id: str, version: int, form: int, body: str) -> None:
        """Keep a state, unless its room has been forgotten or is not so far."""
        with self._faults(), self._transaction():
            if self._version(room_id) >= version:
                self._connection.execute(
                    "INSERT OR REPLACE INTO kept_state VALUES (?, ?, ?, ?)",
                    (room_id, version, form, body),
                )

    def state(self, room_id: str, form: int) -> tuple[str, int] | None:
        """The state that was kept of a room in that form, as JSON, and its version."""
        rows = self._rows(
            "SELECT body, version FROM kept_state WHERE room_id = ? AND form = ?", (room_id, form)
        )
        return rows[0] if rows else None

    def newest(
        self, room_id: str, topic: Topic, before: int | None, limit: int
    ) -> list[tuple[int, str]]:
        """Number and JSON of the newest events of a topic, before that one."""
        return self._rows(
            # Named: without statistics SQLite would read the log itself, from its end.
            "SELECT seq, body FROM event INDEXED BY event_by_topic "
            "WHERE room_id = ? AND topic = ? AND seq < ? "
            "ORDER BY seq DESC LIMIT ?",
            (room_id, topic, _NO_SEQ if before is None else before, limit),
        )

    def about_messages(self, room_id: str, message_ids: Sequence[str]) -> list[tuple[int, str]]:
        """Number and JSON of the events about these messages, in order."""
        marks = ", ".join("?" * len(message_ids))
        return self._rows(
            # As many marks as values.
            "SELECT seq, body FROM event INDEXED BY event_by_message "  # nosec B608  # noqa: S608
            f"WHERE room_id = ? AND message IN ({marks}) "
            "ORDER BY seq",
            (room_id, *message_ids),
        )

    def cards(self, query: RoomQuery, beyond: Place | None, most: int) -> list[Card]:
        """The next rooms that a query looks at, at most so many.

        Args:
            beyond: the place of the last one that it has looked at; None: none so far.
        """
        where: list[str] = []
        values: list[str | float | int] = []

        def only(condition: str, *operands: str | float) -> None:
            where.append(condition)
            values.extend(operands)

        if query.state is not None:
            only("state = ?", query.state)
        if query.since is not None:
            only("moment >= ?", query.since)
        if query.until is not None:
            only("moment < ?", query.until)
        if query.rooms is not None:
            only(f"room_id IN ({', '.join('?' * len(query.rooms))})", *query.rooms)
        direction, further = ("ASC", ">") if query.soonest_first else ("DESC", "<")
        if beyond is not None:
            only(f"(moment, room_id) {further} (?, ?)", beyond.moment, beyond.room_id)
        # What no index knows is asked of few rooms at a time: what is to be kept comes between.
        fits = ["instr(words, ?)"] * len(query.words)
        asked = [*query.words]
        if query.host:
            fits.append("host = ?")
            asked.append(folded(query.host))
        if not query.private:
            fits.append("private = 0")
        rows = self._rows(
            # Only the conditions above, written here: all that was asked for is in the values.
            "SELECT moment, room_id, "  # nosec B608  # noqa: S608
            f"CASE WHEN {' AND '.join(fits) or 'true'} THEN card END "
            f"FROM room WHERE {' AND '.join(where) or 'true'} "
            f"ORDER BY moment {direction}, room_id {direction} LIMIT ?",
            (*asked, *values, most),
        )
        return [Card(Place(moment, room_id), card) for moment, room_id, card in rows]

    def open_rooms(self) -> list[str]:
        """The ids of the rooms that have not ended."""
        return self._column("SELECT room_id FROM room WHERE state <> ?", (RoomState.ENDED,))

    def forget(self, before: Seconds, at: Seconds, limit: int) -> int:
        """Erase some rooms that ended before that, at most `limit`; how many these were.

        Args:
            at: the time that is noted for it.
        """
        old = self._column(
            "SELECT room_id FROM room WHERE state = ? AND moment < ? LIMIT ?",
            (RoomState.ENDED, before, limit),
        )
        with self._faults(), self._transaction():
            for room_id in old:
                self._connection.execute("DELETE FROM event WHERE room_id = ?", (room_id,))
                self._connection.execute("DELETE FROM kept_state WHERE room_id = ?", (room_id,))
                self._connection.execute("DELETE FROM room WHERE room_id = ?", (room_id,))
                self._connection.execute(
                    "INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (mark_of(room_id), at)
                )
            self._forget_marks()
        return len(old)

    def check_writable(self) -> None:
        """Write something that changes nothing: the version that the file has already."""
        self._check_there()
        with self._faults(), self._transaction():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            self._connection.execute(f"PRAGMA user_version = {int(version)}")

    def _forget_marks(self) -> None:
        """Keep so many; of the others that there were some until then."""
        (there,) = self._connection.execute("SELECT count(*) FROM forgotten").fetchone()
        if there > MARKS_KEPT:
            (until,) = self._connection.execute(
                "SELECT at FROM forgotten ORDER BY at LIMIT 1 OFFSET ?",
                (there - MARKS_KEPT - 1,),
            ).fetchone()
            self._connection.execute("DELETE FROM forgotten WHERE at <= ?", (until,))
            self._connection.execute(
                "UPDATE forgetting SET complete_since = max(complete_since, ?)", (until,)
            )

    def forgotten(self) -> Forgotten:
        """What is known of the rooms that were erased."""
        [(began, complete_since)] = self._rows("SELECT began, complete_since FROM forgetting", ())
        return Forgotten(
            dict(self._rows("SELECT room, at FROM forgotten", ())), complete_since, began
        )

    def forgotten_at(self, room_id: str) -> Seconds | None:
        """When the last room of that id was erased, if that is known."""
        rows = self._rows("SELECT at FROM forgotten WHERE room = ?", (mark_of(room_id),))
        return rows[0][0] if rows else None

    def empty_wal(self) -> None:
        """Bring everything into the file itself: what was erased is in the WAL until then."""
        with self._faults():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._faults():
            self._connection.close()

    def _version(self, room_id: str) -> int:
        row = self._connection.execute(
            "SELECT version FROM room WHERE room_id = ?", (room_id,)
        ).fetchone()
        return row[0] if row else 0

    def _column(self, statement: str, values: Sequence[str | float | int]) -> list[str]:
        return [row[0] for row in self._rows(statement, values)]

    def _rows(self, statement: str, values: Sequence[str | float | int | bytes]) -> list[Any]:
        with self._faults():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN EXCLUSIVE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite has rolled some faults back itself
                self._connection.execute("ROLLBACK")
            raise

    def _faults(self) -> AbstractContextManager[None]:
        return faults_of(self._path, what="rooms")
