"""Floods in the text log are summed up, and its bytes are bounded."""

import io
import logging
from collections.abc import Callable

import pytest

from tui_rooms.sfu.log_floods import (
    ALIKE_AT_ONCE,
    ALIKE_EVERY,
    BYTES_AT_ONCE,
    BYTES_PER_SECOND,
    FloodGate,
)
from tui_rooms.sfu.text_log import OneLine


class Writing:
    """A log in memory, by a clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.out = io.StringIO()
        self.due: list[Callable[[], None]] = []
        self._handler = FloodGate(
            self.out, clock=lambda: self.now, call_later=lambda _, call: self.due.append(call)
        )
        self._handler.setFormatter(OneLine("%(levelname)s %(message)s"))

    def say(self, text: str, *args: object, line: int = 1, level: int = logging.WARNING) -> None:
        """Something is logged, at a line of a program."""
        record = logging.LogRecord("x", level, "program.py", line, text, args, None)
        self._handler.handle(record)

    @property
    def lines(self) -> list[str]:
        """All that is written."""
        return self.out.getvalue().splitlines()


@pytest.fixture
def log() -> Writing:
    """One for each test."""
    return Writing()


def test_a_flood_is_summed_up(log: Writing):
    """The first lines are written; how many more there were is told with the next, by its place."""
    for n in range(4125):
        log.say("no request: %d", n)
    log.say("something else", line=2)
    assert len(log.lines) == ALIKE_AT_ONCE + 1
    log.now += ALIKE_EVERY
    log.say("no request: %s", "again")
    assert log.lines[-1] == "WARNING no request: again (and 4,120 more of these in the last 12 s)"


def test_what_was_held_back_is_told_after_a_minute_though_nothing_follows(log: Writing):
    """The flood has ended before; it is told once."""
    for n in range(ALIKE_AT_ONCE + 3):
        log.say("no request: %d", n)
    (told,) = log.due
    log.now += 60
    told()
    assert log.lines[-1].endswith("no request: 5 (and 3 more of these in the last 60 s)")
    assert len(log.due) == 1


def test_lines_of_many_kinds_are_bounded_in_bytes_and_errors_keep_a_share(log: Writing):
    """Whoever finds a way to make each line unlike the others gains nothing."""
    for second in range(100):
        log.now = float(second)
        for n in range(100):
            log.say("x" * 5000, line=100 * second + n)
    assert len(log.out.getvalue()) <= BYTES_AT_ONCE + 100 * BYTES_PER_SECOND
    log.say("the disk is full", level=logging.ERROR)
    assert "ERROR the disk is full" in log.lines
