"""A lock that a program holds as long as it lives: whatever ends it, the system lets it go."""

import os
import sys
import time
from pathlib import Path
from typing import Final, Self

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOOKED_AT: Final = 0.01
"""Seconds in which a program that only looks whether another one lives is done."""


class Lock:
    """Held from its making on. Another in the same program is another holder."""

    def __init__(self, handle: int) -> None:
        """Not for callers: use `take`."""
        self._handle = handle

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """The lock of that file, which is made when it is not there; None when somebody has it.

        It waits for a moment: whoever looks whether a lock is free has it while they look.

        Raises:
            OSError: the file cannot be made, or its file system has no locks.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags, 0o600)
        try:
            if not _has(handle):
                time.sleep(LOOKED_AT)
                if not _has(handle):
                    os.close(handle)
                    return None
        except OSError:
            os.close(handle)
            raise
        return cls(handle)

    def let_go(self) -> None:
        """Somebody else may have it."""
        os.close(self._handle)


def _has(handle: int) -> bool:
    try:
        _try(handle)
    except (BlockingIOError, PermissionError):
        return False
    return True
