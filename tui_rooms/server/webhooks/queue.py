"""Webhooks that wait for delivery, in a SQLite file: a restart loses none of them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.faults import faults_of
from tui_rooms.server.storage.small_database import Form, open_small

FILE = "webhooks.db"
_FORM = Form(
    what="webhooks",
    mark=0x74756977,  # 'tuiw' in ASCII
    migrations=(
        (
            """
            CREATE TABLE IF NOT EXISTS waiting (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                url TEXT NOT NULL,
                hook_id TEXT NOT NULL,
                body BLOB NOT NULL,
                made_at REAL NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                next_at REAL NOT NULL
            ) STRICT
            """,
            "CREATE INDEX IF NOT EXISTS waiting_for ON waiting (url, number)",
        ),
        (
            # To add one again is to change nothing.
            "DELETE FROM waiting "
            "WHERE number NOT IN (SELECT min(number) FROM waiting GROUP BY url, hook_id)",
            "CREATE UNIQUE INDEX waiting_once ON waiting (url, hook_id)",
            "ALTER TABLE waiting ADD COLUMN room TEXT NOT NULL DEFAULT ''",
            """
            UPDATE waiting
            SET room = coalesce(json_extract(CAST(body AS TEXT), '$.data.room'), '')
            """,
        ),
    ),
    before_marks={
        "waiting": ("number", "url", "hook_id", "body", "made_at", "attempts", "next_at")
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has happened, for every receiver."""

    hook_id: str
    room: str
    """Its id: what is about one room is delivered in order."""
    body: bytes
    made_at: Seconds


@dataclass(slots=True, kw_only=True)
class Hook:
    """One webhook for one receiver; what it says lies in the file."""

    number: int
    """Its place in the queue."""
    hook_id: str
    room: str
    size: int
    """Bytes of its body."""
    made_at: Seconds
    attempts: int = 0
    next_at: Seconds
    """Not to be tried before that."""


class Queue:
    """The file, with plain blocking calls: for one thread.

    Raises:
        StorageError: from every call.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = open_small(path, _FORM)

    def close(self) -> None:
        """Close the file."""
        with self._faults():
            self._database.close()

    def waiting(self, url: str) -> list[Hook]:
        """All that waits for a receiver, the oldest first."""
        with self._faults():
            rows = self._database.execute(
                "SELECT number, hook_id, room, length(body) AS size, made_at, attempts, next_at "
                "FROM waiting WHERE url = ? ORDER BY number",
                (url,),
            ).fetchall()
        return [Hook(**dict(row)) for row in rows]

    def body(self, hook: Hook) -> bytes | None:
        """What a webhook says; None when it is not there any more."""
        with self._faults():
            row = self._database.execute(
                "SELECT body FROM waiting WHERE number = ?", (hook.number,)
            ).fetchone()
        return None if row is None else bytes(row["body"])

    def add(self, urls: Sequence[str], news: News) -> list[Hook]:
        """Append for all these receivers, or none; a webhook for each, in their order.

        What is there already is not appended again: a caller that was cancelled cannot know.
        """
        with self._transaction():
            return [self._add(url, news) for url in urls]

    def _add(self, url: str, news: News) -> Hook:
        self._database.execute(
            "INSERT INTO waiting (url, hook_id, room, body, made_at, next_at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (url, hook_id) DO NOTHING",
            (url, news.hook_id, news.room, news.body, news.made_at, news.made_at),
        )
        (number,) = self._database.execute(
            "SELECT number FROM waiting WHERE url = ? AND hook_id = ?", (url, news.hook_id)
        ).fetchone()
        return Hook(
            number=number,
            hook_id=news.hook_id,
            room=news.room,
            size=len(news.body),
            made_at=news.made_at,
            next_at=news.made_at,
        )

    def failed(self, hook: Hook) -> None:
        """Keep how often it was tried, and when it is tried next."""
        with self._faults():
            self._database.execute(
                "UPDATE waiting SET attempts = ?, next_at = ? WHERE number = ?",
                (hook.attempts, hook.next_at, hook.number),
            )

    def remove(self, hooks: Sequence[Hook]) -> None:
        """They are delivered, or given up."""
        with self._transaction():
            self._database.executemany(
                "DELETE FROM waiting WHERE number = ?", [(hook.number,) for hook in hooks]
            )

    def forget_before(self, when: Seconds) -> int:
        """Give up what was made before that, for whatever receiver; how many these were."""
        with self._faults():
            return self._database.execute("DELETE FROM waiting WHERE made_at < ?", (when,)).rowcount

    def _faults(self) -> AbstractContextManager[None]:
        return faults_of(self._path, what=_FORM.what)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._faults():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
