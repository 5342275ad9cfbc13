"""On a slow link a large picture comes in parts, and nothing small waits behind it."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.terminal.in_parts import DrawnInParts, Rest
from tui_rooms.tui.terminal.pace import Pace
from tui_rooms.tui.terminal.pacing import PacedDriver

SIZE = (80, 24)
QUESTION = re.compile(r"\x1b7\x1b\[1;(\d+)H\x1b\[6n\x1b8")
MOST_TURNS = 500
"""Looks at the screen until something must have come."""

SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 20), st.integers(1, 20)).map(
        lambda span: (span[0], span[1], span[1] + span[2])
    ),
    max_size=20,
)


class SlowPace(Pace):
    """Knows the link, and learns nothing of a test's own speed."""

    def __init__(self) -> None:
        super().__init__()
        self.is_known = True
        self.window = 600

    def _learn(self, size: int, since: float, now: float) -> None:
        pass


class SlowMemory(PacedDriver, MemoryDriver):
    """A terminal in memory at the far end of a link of about 2 kB/s; it answers when told to."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._answers = True
        self._pace = SlowPace()
        self.shown: list[str] = []

    def answer(self) -> str:
        """All that was sent is seen; what it was."""
        sent = self.take()
        self.shown.append(sent)
        for column in QUESTION.findall(sent):
            self.process_message(events.CursorPosition(int(column) - 1, 0))
        return sent


class Lines(Widget):
    """Each line has a letter of its own."""

    DEFAULT_CSS = "Lines { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.letters = ["a"] * SIZE[1]

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self.letters[y] * self.size.width)], self.size.width)

    def write(self, y: int, letter: str) -> None:
        """Another letter in a line."""
        self.letters[y] = letter
        self.refresh(Region(0, y, self.size.width, 1))

    def write_all(self, letter: str) -> None:
        """The same in each."""
        self.letters = [letter] * SIZE[1]
        self.refresh()


class Slow(DrawnInParts):
    """Only that."""

    def compose(self) -> ComposeResult:
        yield Lines()


async def on_slow(test: Callable[[Slow, Pilot[Any], SlowMemory], Awaitable[None]]) -> None:
    """Run a test on it, with nothing left to draw."""
    dirty_regions.install()
    app = Slow(driver_class=SlowMemory)

    async def run(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        assert isinstance(driver, SlowMemory)
        await shown_whole(pilot, driver)
        await test(app, pilot, driver)

    await run_on_memory(app, SIZE, run)


async def shown_whole(pilot: Pilot[Any], driver: SlowMemory) -> None:
    """Answer until nothing is left to draw."""
    app = pilot.app
    assert isinstance(app, Slow)
    quiet = 0
    for _ in range(MOST_TURNS):
        await pilot.pause(0.01)
        quiet = 0 if driver.answer() or app.is_behind else quiet + 1
        if quiet > 3:
            return
    raise AssertionError("something is never drawn")


async def until(pilot: Pilot[Any], driver: SlowMemory, text: str) -> None:
    """Look until that was sent."""
    for _ in range(MOST_TURNS):
        await pilot.pause(0.01)
        if text in "".join(driver.written):
            return
    raise AssertionError(f"{text!r} was never sent")


async def test_a_large_picture_comes_in_parts_from_the_top() -> None:
    """Each as large as the link allows; the next one with the answer."""

    async def draw(app: Slow, pilot: Pilot[Any], driver: SlowMemory) -> None:
        app.query_one(Lines).write_all("b")
        await until(pilot, driver, "b")
        first = driver.answer()
        assert 5 <= first.count("b" * 80) <= 10
        assert "\x1b[1;1H" in first
        assert "\x1b[24;1H" not in first
        await shown_whole(pilot, driver)
        assert "\x1b[24;1H" in "".join(driver.shown)

    await on_slow(draw)


async def test_what_changes_meanwhile_goes_before_the_rest() -> None:
    """Above, in what is drawn already; and below, where its line is the next."""

    async def draw(app: Slow, pilot: Pilot[Any], driver: SlowMemory) -> None:
        lines = app.query_one(Lines)
        lines.write_all("b")
        await until(pilot, driver, "b")
        driver.answer()
        lines.write(0, "x")
        lines.write(23, "y")
        await until(pilot, driver, "y" * 80)
        sent = driver.answer()
        assert "x" * 80 in sent
        assert "b" not in sent[: sent.index("y")]
        await shown_whole(pilot, driver)
        assert "".join(driver.shown).count("y" * 80) == 1, "it was drawn with its line"

    await on_slow(draw)


async def test_a_change_that_is_about_to_be_drawn_is_not_taken_for_drawn() -> None:
    """The rest's turn may come just before it."""

    async def draw(app: Slow, pilot: Pilot[Any], driver: SlowMemory) -> None:
        lines = app.query_one(Lines)
        lines.write_all("b")
        await until(pilot, driver, "b")
        driver.answer()
        lines.write(0, "x")
        for _ in range(MOST_TURNS):
            if app.screen._dirty_widgets:
                break
            await asyncio.sleep(0)
        app._draw_rest()
        await until(pilot, driver, "x" * 80)

    await on_slow(draw)


async def test_in_the_end_all_is_as_if_drawn_at_once() -> None:
    """Whatever changed in between, with answers early and late."""

    async def draw(app: Slow, pilot: Pilot[Any], driver: SlowMemory) -> None:
        chance = random.Random(5)
        lines = app.query_one(Lines)
        terminal = Pyte(*SIZE)
        terminal.feed("".join(driver.shown))
        driver.shown.clear()
        for _ in range(25):
            if chance.random() < 0.3:
                lines.write_all(chance.choice("bcde"))
            lines.write(chance.randrange(24), chance.choice("fghi"))
            await pilot.pause(chance.choice([0, 0.04]))
            if chance.random() < 0.5:
                driver.answer()
        await shown_whole(pilot, driver)
        terminal.feed("".join(driver.shown))
        anew = Pyte(*SIZE)
        anew.feed(full_picture(app))
        assert terminal.lines() == anew.lines()

    await on_slow(draw)


async def test_a_picture_whose_answer_is_lost_is_completed_all_the_same() -> None:
    """After as long as an answer may take."""

    async def draw(app: Slow, pilot: Pilot[Any], driver: SlowMemory) -> None:
        app.query_one(Lines).write_all("b")
        await until(pilot, driver, "b")
        driver.take()
        driver.give_up()
        await until(pilot, driver, "b" * 80)

    await on_slow(draw)


@given(SPANS, SPANS)
def test_nothing_of_the_rest_is_lost(one: list[Any], other: list[Any]) -> None:
    """Each cell put down is in a span that is taken; what came last is taken first."""
    rest = Rest()
    rest.put_first(one)
    rest.put_first(other)
    for span in (*one, *other):
        assert rest.holds(span)
    order = list(dict.fromkeys(y for y, _, _ in (*other, *one)))
    taken = []
    while rest:
        taken += rest.take(3)
    assert [y for y, _, _ in taken] == order
    for y, start, end in (*one, *other):
        assert any(y == line and first <= start < end <= last for line, first, last in taken)
