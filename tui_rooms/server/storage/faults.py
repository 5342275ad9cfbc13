"""SQLite's errors, as sentences for the operator: third-party errors end here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

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
