"""Frame pacing: no more is drawn than the terminal has had time to show.

A slow link hides behind the buffers of ptys, SSH and TCP: what is written waits there, and keys
echo seconds late. So each frame ends with the question where the cursor is. The answer can only
come when everything before it was shown; while too much is unanswered, drawing waits, changes
gather, and one frame with the newest state follows the answer. How much is too much follows from
the answers: as much as the link carries in a moment. What is more than that at once goes in parts
(see `in_parts`).
"""

import math
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui_rooms.tui.thrift import (
    NOT_REPEATED_AT,
    REPEATED_AT,
    TRY_REPEAT,
    erases_in_colour,
    thrifty,
)

if TYPE_CHECKING:
    from textual.app import App

WINDOW: Final = 1000
"""Bytes that may be unseen before drawing waits, while nothing is known of the link."""
MOMENT: Final = 0.3
"""Seconds; what the link carries in them may be unseen."""
NARROWEST: Final = 600
WIDEST: Final = 65_536
"""Bytes; a link that carries so much in a moment needs no care."""
SELDOM: Final = 0.5
"""Seconds between two questions while little is drawn."""
_TELLING: Final = 400
"""Bytes from which an answer tells how fast the link is."""
_SHORTEST: Final = 0.001
"""Seconds; nobody answers sooner."""
FIRST_ANSWER: Final = 1.0
"""Seconds after which a terminal that has never answered is believed not to."""
LOST_ANSWER: Final = 3.0
"""Seconds after which an answer is lost, and drawing goes on; or six round trips if longer."""
SLOWEST: Final = 1000
"""Bytes a second: whoever answers at all is given the time that a large picture takes."""
_NOW: Final = 0.05
"""Seconds by which a timer may be early or late."""
_SERIALS: Final = 40
_QUESTION: Final = "\x1b7\x1b[1;{column}H\x1b[6n\x1b8"
"""The column says which question it is; then the cursor is back where it was."""

RATES: Final = ((0.15, 10.0), (0.4, 5.0), (1.0, 2.0))
"""Lag in seconds up to which meters move so many times a second; above, once."""
CALM: Final = 4.0
"""Seconds of a better link before meters move faster again, by one step."""


class Pace:
    """What has been sent and what was seen. Time is an argument; nothing is written here."""

    def __init__(self) -> None:
        self.lag: float | None = None
        """Seconds from drawing to being seen and answered, at the last answer."""
        self.window: float = WINDOW
        """Bytes that may be unseen before drawing waits."""
        self.is_known = False
        """Whether the window follows from answers."""
        self._sent = 0
        self._seen = 0
        self._asked = 0
        self._least_lag = math.inf
        self._answered_at = -math.inf
        self._serial = 0
        self._questions: deque[tuple[int, float, int]] = deque()
        """Serial, when, bytes sent before it."""

    @property
    def waits(self) -> bool:
        """Whether too much is unseen to draw more."""
        return self._sent - self._seen > self.window

    @property
    def room(self) -> int:
        """Bytes that may still be sent at once."""
        return max(0, int(self.window) - (self._sent - self._seen))

    @property
    def patience(self) -> float:
        """Seconds to wait for an answer before going on without."""
        if self.lag is None:
            return FIRST_ANSWER
        return max(LOST_ANSWER, 6 * self.lag, (self._sent - self._seen) / SLOWEST)

    def is_due(self, now: float) -> bool:
        """Whether to ask again: after much, and after little that was some time ago."""
        if self._sent - self._asked > self.window / 4:
            return True
        return not self._questions and now - self._answered_at >= SELDOM

    def wrote(self, size: int) -> None:
        """So many bytes were written."""
        self._sent += size

    def question(self, now: float) -> str:
        """What to write to learn when all this is seen; empty when that is asked already."""
        if self._questions and self._questions[-1][2] == self._sent:
            return ""
        self._serial = self._serial % _SERIALS + 1
        self._questions.append((self._serial, now, self._sent))
        self._asked = self._sent
        return _QUESTION.format(column=self._serial + 1)

    def answered(self, serial: int, now: float) -> bool:
        """An answer has come; False when it answers none of ours."""
        if all(number != serial for number, _, _ in self._questions):
            return False
        while True:
            number, asked, size = self._questions.popleft()
            if number == serial:
                self.lag = now - asked
                self._learn(size - self._seen, max(asked, self._answered_at), now)
                self._seen, self._answered_at = size, now
                return True

    def _learn(self, size: int, since: float, now: float) -> None:
        """So many bytes were carried since then, besides the way there and back."""
        lag = now - since
        self._least_lag = min(self._least_lag, lag)
        if size < _TELLING:
            return
        # Some of the least lag may have been carrying, too.
        carried = size * MOMENT / max(lag - self._least_lag, lag / 3, _SHORTEST)
        # A terminal that was busy for once is not a slow link.
        window = carried if carried > self.window else (carried + self.window) / 2
        self.window = min(WIDEST, max(NARROWEST, window))
        self.is_known = True

    def give_up(self) -> None:
        """An answer is lost: take everything for seen."""
        self._questions.clear()
        self._seen = self._sent


class MeterRate:
    """How often meters move: slower at once when the link lags, faster again in steps."""

    def __init__(self) -> None:
        self.hertz = RATES[0][1]
        self._better_since: float | None = None

    def note(self, lag: float, now: float) -> float:
        """Take a lag in seconds; the rate from now on."""
        wanted = next((hertz for most, hertz in RATES if lag <= most), 1.0)
        if wanted <= self.hertz:
            self._better_since = None
            self.hertz = wanted
        elif self._better_since is None:
            self._better_since = now
        elif now - self._better_since >= CALM:
            steps = [1.0, *sorted(hertz for _, hertz in RATES)]
            self.hertz = steps[steps.index(self.hertz) + 1]
            self._better_since = now
        return self.hertz


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
        return thrifty(data, erase=self._erase, repeat=self._repeat)

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
        if isinstance(message, events.CursorPosition) and message.y == 0:
            if message.x in (REPEATED_AT, NOT_REPEATED_AT):
                self._repeat = message.x == REPEATED_AT
                return
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
            if self.budget is not None:
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
