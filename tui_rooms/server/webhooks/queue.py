"""Webhooks that wait for delivery, in a SQLite file: a restart loses none of them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_rooms.rules.room import Seconds

FILE = "webhooks.db"
LIMIT = 10_000
"""Webhooks that may wait for one receiver; beyond that the oldest are given up."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    hook_id TEXT NOT NULL,
    body BLOB NOT NULL,
    made_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS waiting_for ON waiting (url, number);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One webhook for one receiver."""

    number: int
    """Its place in the queue."""
    hook_id: str
    body: bytes
    made_at: Seconds
    attempts: int
    next_at: Seconds
    """Not to be tried before that."""


class Queue:
    """The file, with plain blocking calls: for one thread."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        # With WAL this outlives the end of the process in any way, and waits little for the disk.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def add(self, urls: Sequence[str], hook_id: str, body: bytes, now: Seconds) -> int:
        """Append for all these receivers, or none; how many of the oldest were given up for it."""
        lost = 0
        self._database.execute("BEGIN IMMEDIATE")
        try:
            for url in urls:
                self._database.execute(
                    "INSERT INTO waiting (url, hook_id, body, made_at, next_at) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (url, hook_id, body, now, now),
                )
                lost += self._database.execute(
                    "DELETE FROM waiting WHERE url = ?1 AND number <= (SELECT number FROM waiting "
                    "WHERE url = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                    (url, LIMIT),
                ).rowcount
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        return lost

    def first(self, url: str) -> Hook | None:
        """The next one for that receiver: they are delivered in order."""
        row = self._database.execute(
            "SELECT * FROM waiting WHERE url = ? ORDER BY number LIMIT 1", (url,)
        ).fetchone()
        if row is None:
            return None
        return Hook(
            number=row["number"],
            hook_id=row["hook_id"],
            body=row["body"],
            made_at=row["made_at"],
            attempts=row["attempts"],
            next_at=row["next_at"],
        )

    def failed(self, hook: Hook, next_at: Seconds) -> None:
        """Count an attempt, and try again then."""
        self._database.execute(
            "UPDATE waiting SET attempts = attempts + 1, next_at = ? WHERE number = ?",
            (next_at, hook.number),
        )

    def remove(self, hook: Hook) -> None:
        """It is delivered, or given up."""
        self._database.execute("DELETE FROM waiting WHERE number = ?", (hook.number,))
