"""A small database of the server's beside that of its rooms: opened and checked in one way."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tui_rooms.server.storage.faults import ANSWERS_WITHIN, damaged, faults_of, lost_beside, slow
from tui_rooms.server.storage.private_files import make_file
from tui_rooms.server.storage.schema import Migration, migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a database is for, and how it is built."""

    what: str
    """Lies in it, for sentences, for instance "invitations"."""
    mark: int
    """Its `application_id`: a file of something else is not touched."""
    migrations: Sequence[Migration]
    """As of `schema.MIGRATIONS`: only ever add to them."""
    before_marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tables and their columns in files from before there was a mark."""


def open_small(path: Path, form: Form) -> sqlite3.Connection:
    """Open the file, or make it for its owner alone; bring an older one to the newest version.

    Raises:
        StorageError: not such a file, damaged, too new, or not writable. It was left as it is.
    """
    with faults_of(path, what=form.what):
        make_file(path)
        if lost := lost_beside(path):
            raise lost
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            _set_up(connection, path, form)
        except BaseException:
            connection.close()
            raise
    return connection


class SmallDatabase:
    """An open one that many threads use: each waits for its turn, and for the disk."""

    def __init__(self, path: Path, form: Form) -> None:
        """As `open_small`."""
        self._path = path
        self._what = form.what
        self._lock = threading.Lock()
        self._connection = open_small(path, form)

    @contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """Be alone with it.

        Raises:
            StorageError: what was done with it went wrong, or somebody before us still waits for
                the disk.
        """
        if not self._lock.acquire(timeout=ANSWERS_WITHIN):
            raise slow(self._path)
        try:
            with faults_of(self._path, what=self._what):
                yield self._connection
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the file."""
        with self.turn() as connection:
            connection.close()


def _set_up(connection: sqlite3.Connection, path: Path, form: Form) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if form.before_marks and _is_unmarked(connection, form.before_marks):
            connection.execute(f"PRAGMA application_id = {form.mark}")
        migrate(connection, path, form.migrations, own_mark=form.mark)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise damaged(path)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    # With WAL this outlives the end of the process in any way, and waits little for the disk.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _is_unmarked(
    connection: sqlite3.Connection, before_marks: Mapping[str, tuple[str, ...]]
) -> bool:
    marks = connection.execute(
        "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    return tuple(marks) == (0, 0) and _columns(connection) == before_marks


def _columns(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
    ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for table, column in rows:
        found[table] = (*found.get(table, ()), column)
    return found
