"""The thread that reads the terminal: it outlives every byte, and its end is never a success."""

import logging
import os
import select
import time
from typing import Final

from tui_rooms.tui.terminal.hang_up import EndsWithItsTerminal
from tui_rooms.tui.terminal.typed import Typed

_LOOK: Final = 0.1
"""Seconds after which it looks whether the app has ended, and whether an escape was all."""
_AT_ONCE: Final = 4096
_log = logging.getLogger(__name__)


class ReadsAnything(EndsWithItsTerminal):
    """Reads in place of Textual's own thread; see `typed` for what that stumbles over."""

    def run_input_thread(self) -> None:
        """Read until the app ends, or the terminal."""
        typed = Typed()
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _LOOK)
            now = time.monotonic()
            if not ready:
                news = typed.wait(now)
            elif data := self._read():
                news = typed.feed(data, now)
            else:
                self._loop.call_soon_threadsafe(self._end)
                return
            for message in news:
                self.process_message(message)

    def _run_input_thread(self) -> None:
        """As Textual's, which would end the app as if somebody had wanted that."""
        try:
            self.run_input_thread()
        except BaseException:  # noqa: BLE001 - it is told, by the log and by the exit code
            _log.exception("the thread that reads the terminal has failed")
            self._loop.call_soon_threadsafe(self._fail)

    def _read(self) -> bytes:
        """What has come; nothing when the terminal is gone."""
        try:
            return os.read(self.fileno, _AT_ONCE)
        except OSError:
            return b""

    def _fail(self) -> None:
        self._app.exit(return_code=1)
