"""Errors that no part of the program has a sentence of its own for: failures, never the end."""

import errno
import sys
import traceback
from typing import Final

from tui_rooms.cli.exits import Exit
from tui_rooms.cli.logs import log_file
from tui_rooms.tui.settings.places import NOWHERE

_SYSTEMS: Final = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
    }
)
"""What a system refuses to whatever program asks: a full disk, too many open files."""


def told(error: Exception) -> tuple[Exit, str]:
    """The exit code, and a sentence for people; what is of use to us alone goes into the log."""
    if isinstance(error, OSError) and (error.filename or error.errno in _SYSTEMS):
        what = f"cannot use {error.filename}" if error.filename else "the system refuses something"
        return Exit.USAGE, f"{what}: {error.strerror or error}"
    log = log_file("tui-rooms")
    trace = "".join(traceback.format_exception(error))
    if log == NOWHERE:
        sys.stderr.write(trace)
        where = "what it was stands above"
    else:
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(trace)
        where = f"{log} has what to report"
    return Exit.FAILED, f"tui-rooms has failed, by a fault of its own ({_kind(error)}); {where}"


def _kind(error: Exception) -> str:
    return type(error).__name__
