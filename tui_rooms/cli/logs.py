"""Where the program says what is for no screen: files in the user's log directory, if it can.

A machine without a home, or with one that cannot be written, is no reason not to talk.
"""

import os
from pathlib import Path
from typing import Final

from tui_rooms.tui.settings.places import NOWHERE, user_directory

LONG: Final = 1_000_000
"""Bytes of a log after which another one is begun."""


def log_file(name: str) -> Path:
    """The log of that name, which can be appended to; `NOWHERE` when there can be none.

    One that has become long is put aside, in place of the one before, even while it is written to.
    """
    log = user_directory("log") / f"{name}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LONG:
            log.replace(log.with_suffix(".old.log"))
        os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError:
        return NOWHERE
    return log


def see(log: Path) -> str:
    """The end of a sentence about something of which a log says more."""
    return "no log could be written" if log == NOWHERE else f"see {log}"
