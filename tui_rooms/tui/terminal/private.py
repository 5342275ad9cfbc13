"""The terminal, kept from other writers.

ALSA and JACK write to descriptor 2 from C, over any picture. So the screen writes to a private
copy of the terminal's descriptor, and descriptor 2 leads to a log file.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.driver import Driver

if TYPE_CHECKING:
    from textual.app import App

    from tui_rooms.tui.terminal.first_picture import FirstPicture


@contextmanager
def private_terminal(log: Path) -> Iterator[TextIOWrapper]:
    """A file on the terminal for the screen; meanwhile descriptor 2 is appended to `log`.

    To be entered before any sound library is loaded. Everything is as before at the end.

    Raises:
        OSError: the log cannot be opened.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    keep = os.dup(2)
    try:
        log_descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # Standard output, unless that is a pipe: then the picture is where errors would be.
        screen = os.dup(1 if os.isatty(1) else 2)
        os.dup2(log_descriptor, 2)
        os.close(log_descriptor)
        with open(screen, "w", encoding="utf-8", errors="replace") as terminal:
            yield terminal
    finally:
        sys.stderr.flush()
        os.dup2(keep, 2)
        os.close(keep)


def driver_for(terminal: TextIOWrapper, first: "FirstPicture | None" = None) -> type[Driver] | None:
    """Textual's driver, writing to `terminal`; None for Textual's own choice (Windows).

    Args:
        first: what the terminal shows already.
    """
    if sys.platform == "win32":
        return None
    from textual import constants

    from tui_rooms.tui.terminal.first_picture import ENTER
    from tui_rooms.tui.terminal.input_thread import ReadsAnything
    from tui_rooms.tui.terminal.keyboard import ASK, REPORT_RELEASES
    from tui_rooms.tui.terminal.pacing import PacedDriver

    class TerminalDriver(PacedDriver, ReadsAnything):
        """Writes to the given file instead of descriptor 2, paced; reads whatever comes."""

        def __init__(self, app: "App[Any]", **options: Any) -> None:
            super().__init__(app, **options)
            self._file = terminal  # Textual's own choice is descriptor 2
            self._has_entered = False

        def start_application_mode(self) -> None:
            """With key releases, where the terminal knows of them."""
            self._has_entered = first is not None and first.take_over()
            super().start_application_mode()
            if first is not None and first.attributes is not None:
                # Not those that it found: then a shell would stay without echo after ctrl-z.
                self.attrs_before = first.attributes
            # Without a terminal there is nobody to ask.
            if self._writer_thread is not None and not constants.DISABLE_KITTY_KEY:
                self.write(REPORT_RELEASES + ASK)
                self.flush()

        def write(self, data: str) -> None:
            """As they do, but an alternate screen is not entered twice: that would clear it."""
            if self._has_entered and data == ENTER:
                self._has_entered = False
            else:
                super().write(data)

    return TerminalDriver
