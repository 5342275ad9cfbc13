"""A terminal that goes away, or a polite kill: one leaves as with the key for it.

Else a closed window keeps one on the stage, silent, until the server has waited long enough; and
where the signal of a hang-up is ignored (`nohup`), Textual's input thread reads the end of its
input again and again, as fast as it can.
"""

import asyncio
import select
import signal
from typing import TYPE_CHECKING, Any, Final

from textual.drivers.linux_driver import LinuxDriver

from tui_rooms.client import ending

if TYPE_CHECKING:
    from textual.app import App

_LOOK: Final = 1.0
"""Seconds between two looks for a terminal that went without a signal."""
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class EndsWithItsTerminal(LinuxDriver):
    """Lets the app end when its terminal does; what is written after that goes nowhere."""

    def __init__(self, app: "App[Any]", **options: Any) -> None:
        super().__init__(app, **options)
        self._next_look: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Watch from now on."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is None:
            return  # there is no terminal
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._loop.add_signal_handler(number, self._end)
        self._look()

    def stop_application_mode(self) -> None:
        """Watch no more; the signals are still ours, as there may be a room to leave yet."""
        if self._next_look is not None:
            self._next_look.cancel()
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """As Textual's, whose queue fills up and holds the caller when nobody takes from it."""
        if self._takes_writes:
            super().write(data)

    def close(self) -> None:
        """The same for its last entry."""
        if self._takes_writes:
            super().close()

    @property
    def _takes_writes(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def _look(self) -> None:
        poll = select.poll()
        poll.register(self.fileno, 0)  # a hang-up is reported unasked, and nothing else is
        if poll.poll(0):
            self._end()
        else:
            self._next_look = self._loop.call_later(_LOOK, self._look)

    def _end(self) -> None:
        ending.note()
        self._app.exit()
