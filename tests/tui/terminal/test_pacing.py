"""Pacing: a slow terminal is waited for, a fast one never notices, a dumb one is left alone."""

import re
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.terminals import MemoryDriver, run_on_memory
from tui_rooms.tui.terminal.pace import WINDOW, MeterRate, Pace
from tui_rooms.tui.terminal.pacing import LagMeasured, PacedDriver

QUESTION = re.compile(r"\x1b7\x1b\[1;(\d+)H\x1b\[6n\x1b8")


def test_drawing_waits_while_too_much_is_unseen() -> None:
    """And goes on with the answer to the question behind it."""
    pace = Pace()
    pace.wrote(WINDOW + 1)
    assert pace.question(0.0) == "\x1b7\x1b[1;2H\x1b[6n\x1b8"
    assert pace.question(0.1) == "", "nothing more was written"
    assert pace.waits
    assert not pace.answered(7, 0.2), "nobody asked that"
    assert pace.waits
    assert pace.answered(1, 0.5)
    assert not pace.waits
    assert pace.lag == 0.5


def test_a_lost_answer_is_given_up_after_a_while() -> None:
    """Longer on a link that is known to be slow."""
    pace = Pace()
    first = pace.patience
    pace.wrote(5000)
    pace.question(0.0)
    pace.answered(1, 2.0)
    assert pace.patience > first
    pace.wrote(5000)
    pace.question(3.0)
    pace.give_up()
    assert not pace.waits


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=60), st.randoms())
def test_answers_in_order_always_free_the_drawing(sizes: list[int], chance: Any) -> None:
    """Some may be lost; the last one answers for all."""
    pace = Pace()
    asked = []
    for now, size in enumerate(sizes):
        pace.wrote(size)
        match = QUESTION.fullmatch(pace.question(float(now)))
        assert match
        asked.append(int(match[1]) - 1)
        if len(asked) > 20 or chance.random() < 0.5:
            pace.answered(asked[-1], float(now))
    pace.answered(asked[-1], 1e6)
    assert not pace.waits


def test_meters_slow_down_at_once_and_speed_up_in_steps() -> None:
    """10 → 5 → 2 → 1, and one step back for each calm stretch."""
    rate = MeterRate()
    assert [rate.note(lag, 0.0) for lag in (0.05, 0.3, 0.7, 2.0)] == [10, 5, 2, 1]
    back = [rate.note(0.02, second) for second in range(1, 20)]
    assert back[0] == 1
    assert sorted(back) == back
    assert set(back) == {1, 2, 5, 10}


class PacedMemory(PacedDriver, MemoryDriver):
    """A terminal in memory that answers when it is told to."""

    def answer(self) -> None:
        """All that was asked is seen."""
        for column in QUESTION.findall("".join(self.written)):
            self.process_message(events.CursorPosition(int(column) - 1, 0))


class Busy(App[None]):
    """Draws more than the window with each change."""

    lags: list[float]

    def compose(self) -> ComposeResult:
        self.lags = []
        yield Static("0", id="text")

    def on_lag_measured(self, event: LagMeasured) -> None:
        self.lags.append(event.seconds)

    def draw(self, mark: str) -> None:
        self.query_one("#text", Static).update((mark * 79 + "\n") * 23)


async def on_busy(test: Callable[[Busy, Pilot[Any], PacedMemory], Any]) -> None:
    """Run a test on it."""
    app = Busy(driver_class=PacedMemory)

    async def run(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        assert isinstance(driver, PacedMemory)
        await test(app, pilot, driver)

    await run_on_memory(app, (80, 24), run)


async def test_a_terminal_that_has_not_shown_a_frame_gets_no_other() -> None:
    """Changes meanwhile are drawn as one, with the newest state, after its answer."""

    async def slow(app: Busy, pilot: Pilot[Any], driver: PacedMemory) -> None:
        await pilot.pause()
        driver.answer()
        await pilot.pause(0.1)
        driver.take()
        for mark in "abcdef":
            app.draw(mark)
            await pilot.pause(0.05)
        first = driver.take()
        assert "aaaa" in first
        assert "bbbb" not in first
        assert "ffff" not in first
        driver.written.append(first)
        driver.answer()
        await pilot.pause(0.1)
        then = driver.take()
        assert "ffff" in then
        assert "cccc" not in then.removeprefix(first)
        assert app.lags

    await on_busy(slow)


async def test_a_terminal_that_never_answers_is_drawn_on_all_the_same() -> None:
    """After a second it is believed to be dumb, and no longer asked."""

    async def dumb(app: Busy, pilot: Pilot[Any], driver: PacedMemory) -> None:
        app.draw("a")
        await pilot.pause(1.2)
        driver.take()
        for mark in "bcd":
            app.draw(mark)
            await pilot.pause(0.05)
        sent = driver.take()
        assert "bbbb" in sent
        assert "dddd" in sent
        assert not QUESTION.search(sent)

    await on_busy(dumb)


async def test_an_answer_that_comes_late_is_believed() -> None:
    """A terminal that was taken for dumb is paced again."""

    async def late(app: Busy, pilot: Pilot[Any], driver: PacedMemory) -> None:
        app.draw("a")
        await pilot.pause(1.2)
        driver.answer()
        await pilot.pause(0.05)
        driver.take()
        app.draw("b")
        await pilot.pause(0.05)
        assert QUESTION.search(driver.take())

    await on_busy(late)


def test_the_window_follows_what_the_link_carries() -> None:
    """Little on a slow one, much on a fast one, however long the way."""
    slow, far = Pace(), Pace()
    for pace, rate, way in ((slow, 3_000, 0.1), (far, 2_000_000, 0.2)):
        now = 0.0
        for size in (10, 4000, 900, 900, 900, 900):
            pace.wrote(size)
            match = QUESTION.fullmatch(pace.question(now))
            assert match
            now += way + size / rate
            pace.answered(int(match[1]) - 1, now)
        assert pace.is_known
    assert 600 <= slow.window <= 1500
    assert far.window > 4 * slow.window
    assert not far.waits
    assert slow.room == int(slow.window)


def test_little_is_asked_about_seldom() -> None:
    """A meter's few cells need no question of their own, a picture does."""
    pace = Pace()
    asked = 0
    for tick in range(100):
        now = tick / 10
        pace.wrote(40)
        if pace.is_due(now) and (match := QUESTION.fullmatch(pace.question(now))):
            asked += 1
            pace.answered(int(match[1]) - 1, now + 0.01)
    assert 10 <= asked <= 25
    pace.wrote(5000)
    assert pace.is_due(10.0)
