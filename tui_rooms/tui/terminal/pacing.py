"""Frame pacing: no more is drawn than the terminal has had time to show.

A slow link hides behind the buffers of ptys, SSH and TCP: what is written waits there, and keys
echo seconds late. So each frame ends with the question where the cursor is. The answer can only
come when everything before it was shown; while too much is unanswered, drawing waits, changes
gather, and one frame with the newest state follows the answer. How much is too much follows from
the answers: as much as the link carries in a moment. What is more than that at once goes in parts
(see `in_parts`).
"""

import os
import time
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui_rooms.tui.terminal.pace import WIDEST, Pace
from tui_rooms.tui.terminal.thrift import (
    NOT_REPEATED_AT,
    REPEATED_AT,
    TRIED_IN,
    TRY_REPEAT,
    erases_in_colour,
    thrifty,
)

if TYPE_CHECKING:
    from textual.app import App

_NOW: Final = 0.05
"""Seconds by which a timer may be early or late."""


def size_of(data: str) -> int:
    """Bytes that a text takes on its way."""
    return len(data) if data.isascii() else len(data.encode(errors="replace"))


class LagMeasured(events.Event, bubble=False):
    """How long it takes until something that was drawn is seen."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class WindowOpened(events.Event, bubble=False):
    """What is not drawn yet may go on."""


class PacedDriver(Driver):
    """To be mixed into a driver, before it."""

    def __init__(self, app: "App[Any]", **options: Any) -> None:
        super().__init__(app, **options)
        self._pace = Pace()
        self._erase = erases_in_colour(os.environ.get("TERM", ""))
        self._repeat = False
        self._answers: bool | None = None
        """Whether this terminal answers; None until that is known."""
        self._held: int | None = None
        """Which hold is on; None while drawing goes on."""
        self._held_at = 0.0
        self._holds = 0

    @property
    def budget(self) -> int | None:
        """How much may be drawn at once; None: as much as one likes."""
        pace = self._pace
        if not self._answers or not pace.is_known or pace.window >= WIDEST:
            return None
        return pace.room

    @property
    def patience(self) -> float:
        """Seconds to wait for an answer."""
        return self._pace.patience

    def give_up(self) -> None:
        """An answer is lost."""
        self._pace.give_up()
        self._go_on()
        self.send_message(WindowOpened())

    def start_application_mode(self) -> None:
        """Ask before the first picture, so that the answer is not behind it."""
        super().start_application_mode()  # type: ignore[safe-super]
        super().write(TRY_REPEAT)  # type: ignore[safe-super]
        self._ask()

    def shortened(self, data: str) -> str:
        """What is sent in its place."""
        return thrifty(data, erase=self._erase, repeat=self._repeat, slow=self.budget is not None)

    def write(self, data: str) -> None:
        """As the driver's, in fewer bytes, and counted."""
        data = self.shortened(data)
        self._pace.wrote(size_of(data))
        super().write(data)  # type: ignore[safe-super]

    def flush(self) -> None:
        """The end of a frame."""
        super().flush()
        if self._answers is False or not self._app._dom_ready or not self._app._running:
            return
        if self._pace.is_due(time.monotonic()):
            self._ask()
        if self._pace.waits and self._held is None:
            self._hold()

    def process_message(self, message: Message) -> None:
        """Take our answers out of what the terminal says; runs in the input thread."""
        if isinstance(message, events.CursorPosition) and message.y == TRIED_IN:
            if message.x in (REPEATED_AT, NOT_REPEATED_AT):
                self._repeat = message.x == REPEATED_AT
                return
        elif isinstance(message, events.CursorPosition) and message.y == 0:
            # By this thread's clock: the other one may be busy with something else.
            now = time.monotonic()
            self._loop.call_soon_threadsafe(self._answered, message.x, now)
            return
        super().process_message(message)

    def _ask(self) -> None:
        question = self._pace.question(time.monotonic())
        if question:
            super().write(question)  # type: ignore[safe-super]

    def _hold(self) -> None:
        self._holds += 1
        self._held = self._holds
        self._held_at = time.monotonic()
        # Textual draws nothing in a batch, and everything that has changed after it.
        self._app._begin_batch()
        self._loop.call_later(self._pace.patience, self._no_answer, self._holds)

    def _answered(self, serial: int, now: float) -> None:
        # A late answer is one too: from now on it is asked and waited for again.
        self._answers = True
        if not self._pace.answered(serial, now):
            return
        if self._pace.lag is not None:
            self.send_message(LagMeasured(self._pace.lag))
        if not self._pace.waits:
            self._go_on()
            self.send_message(WindowOpened())

    def _no_answer(self, hold: int) -> None:
        if self._held != hold:
            return
        waited = time.monotonic() - self._held_at
        if self._pace.patience > waited + _NOW:
            # The first answer has come meanwhile: how long to wait is known better now.
            self._loop.call_later(self._pace.patience - waited, self._no_answer, hold)
        else:
            self._answers = self._answers or False
            self.give_up()

    def _go_on(self) -> None:
        if self._held is None:
            return
        self._held = None
        app = self._app
        with app._context():
            app._end_batch()
            if app._running:
                app.screen.check_idle()
