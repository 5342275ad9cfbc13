"""SQLite's errors, as sentences for the operator: third-party errors end here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.errors import StorageError

_FAULTS: Final = {
    sqlite3.SQLITE_BUSY: (
        "storage-locked",
        "{path} is in use by another server: stop that one, or choose another --data",
    ),
    sqlite3.SQLITE_NOTADB: (
        "storage-foreign",
        "{path} is not a database of {what}: move it away, or choose another --data",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "storage-corrupt",
        "{path} is damaged: restore a backup, or move it away to begin anew",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "storage-unwritable",
        "{path} cannot be opened: check its owner and rights, or choose another --data",
    ),
    sqlite3.SQLITE_READONLY: (
        "storage-unwritable",
        "{path} cannot be written: check its owner and rights, or choose another --data",
    ),
    sqlite3.SQLITE_FULL: (
        "storage-full",
        "the disk that holds {path} is full: make room, or shorten how long rooms are kept",
    ),
}
_OTHER_FAULT: Final = ("storage-failed", "{path} cannot be used ({name}): check the disk")

ANSWERS_WITHIN: Final[Seconds] = 5.0
"""A disk that takes longer is one that fails: nobody waits for what may never come."""


def slow(path: Path) -> StorageError:
    """What was asked of the disk may happen yet; nobody waits for it any more."""
    return StorageError(
        "storage-slow",
        f"the disk that holds {path} has not answered for {ANSWERS_WITHIN:g} s: check it",
    )


def lost_beside(path: Path) -> StorageError | None:
    """What is wrong where an empty file lies beside changes to one that was not.

    SQLite would take the changes away, and begin anew.
    """
    left = path.with_name(f"{path.name}-wal")
    if path.stat().st_size or not left.exists() or not left.stat().st_size:
        return None
    return StorageError(
        "storage-lost",
        f"{path} is empty, and {left.name} beside it is not: restore both from a backup, or move "
        "both away to begin anew",
    )


def damaged(path: Path) -> StorageError:
    """The file can be opened, and parts of it cannot be read."""
    code, sentence = _FAULTS[sqlite3.SQLITE_CORRUPT]
    return StorageError(code, sentence.format(path=path))


@contextmanager
def faults_of(path: Path, *, what: str) -> Iterator[None]:
    """Turn what goes wrong with a database into a `StorageError`.

    Args:
        what: lies in it, for the sentence, for instance "rooms".
    """
    try:
        yield
    except sqlite3.Error as exc:
        primary = getattr(exc, "sqlite_errorcode", 0) & 0xFF  # the rest is detail
        code, sentence = _FAULTS.get(primary, _OTHER_FAULT)
        # The name is one to look up, as SQLITE_IOERR_WRITE; a mistake of Python's module has none.
        name = getattr(exc, "sqlite_errorname", type(exc).__name__)
        raise StorageError(code, sentence.format(path=path, what=what, name=name)) from exc
    except OSError as exc:
        raise StorageError(
            "storage-unwritable",
            f"{path} cannot be used ({exc.strerror}): choose another --data",
        ) from exc
