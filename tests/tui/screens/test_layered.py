"""Screens on each other show what is below them as it is now, and draw what has changed there."""

from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui.screens.layered import Layered
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.widgets.drawn import Drawn, draw_now

SIZE = (20, 4)
WHITE_ON_BLACK = Style.parse("#ffffff on #000000")


class Letters(Drawn):
    """Lines of one letter."""

    letter = "a"

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return Strip([Segment(self.letter * width, WHITE_ON_BLACK)], width)


class Below(Layered[None]):
    """Full of letters."""

    def compose(self) -> ComposeResult:
        yield Letters()


class Question(ModalScreen[None], Layered[None]):
    """Some lines of question marks at the top."""

    def __init__(self, high: int) -> None:
        super().__init__()
        self._high = high

    def compose(self) -> ComposeResult:
        yield Static("\n".join(["?" * 10] * self._high))


class Asked(ModalScreen[None], Layered[None]):
    """Letters of its own in the first line."""

    def compose(self) -> ComposeResult:
        yield Letters()


class LayersApp(App[None]):
    """Letters below everything."""

    CSS = """
    Letters { height: 1fr; }
    Asked { background: #ff0000 40%; }
    Asked Letters { height: 1; }
    Question { background: #ff0000 40%; }
    Question Static { width: 10; height: auto; background: #000000; }
    """

    def __init__(self) -> None:
        super().__init__(driver_class=MemoryDriver)

    def get_default_screen(self) -> Screen[None]:
        return Below()


class Layers:
    """The letters and a terminal that follows."""

    def __init__(self, app: App[Any], pilot: Pilot[Any], driver: MemoryDriver) -> None:
        self.app, self._pilot, self._driver = app, pilot, driver
        self.screen: Screen[Any] = app.screen
        self._letters = app.screen.query_one(Letters)
        self.terminal = Pyte(*SIZE)

    async def ask(self, high: int) -> None:
        """Lay a question on top."""
        await self.app.push_screen(Question(high))
        await self.settled()

    async def settled(self) -> None:
        """All that Textual has still to draw is drawn: it waits for a timer of 1/60 s."""
        while await self.sent(after=0.05):
            pass

    async def sent(self, after: float | None = None) -> str:
        """What has gone to the terminal, which shows it now."""
        await self._pilot.pause(after)
        text = self._driver.take()
        self.terminal.feed(text)
        return text

    def become(self, letter: str, region: Region) -> None:
        """Other letters, in a part of the lines."""
        self._letters.letter = letter
        self._letters.mark(region)
        draw_now(self.screen)

    async def resize(self, columns: int, rows: int) -> None:
        """Another window."""
        await self._pilot.resize_terminal(columns, rows)
        self.terminal = Pyte(columns, rows)
        await self.settled()

    def grounds(self, y: int) -> set[str]:
        """Of the cells beside the questions."""
        return {ground for _, _, ground, _ in self.terminal.picture()[y][10:]}


async def with_layers(test: Any) -> None:
    """Run a test on the app."""
    dirty_regions.install()
    app = LayersApp()

    async def start(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        await pilot.pause()
        await test(Layers(app, pilot, driver))

    await run_on_memory(app, SIZE, start)


async def test_a_change_below_is_drawn_through_a_question_and_nothing_else_is() -> None:
    """Time after time: Textual's own way would send the whole screen with each change."""

    async def change(below: Layers) -> None:
        await below.ask(1)
        lines = below.terminal.lines()
        assert lines == ["?" * 10 + "a" * 10, *["a" * 20] * 3]
        for letter in "bcdbcd":
            below.become(letter, Region(8, 0, 4, 2))
            sent = await below.sent()
            assert below.terminal.lines() == [
                "?" * 10 + letter * 2 + "a" * 8,
                "a" * 8 + letter * 4 + "a" * 8,
                *lines[2:],
            ]
            assert sent.count(letter) == 6
            assert sent.count("?") == 2, "as much of the question as lies over the change"
            assert "a" not in sent
        assert below.grounds(1) == {"660000"}, "tinted: 40 % of red on black"

    await with_layers(change)


async def test_what_the_question_hides_is_there_when_it_goes() -> None:
    """The newest, and untinted."""

    async def change(below: Layers) -> None:
        await below.ask(2)
        below.become("b", Region(0, 0, 5, 2))
        await below.sent()
        assert below.terminal.lines()[0] == "?" * 10 + "a" * 10
        await below.app.pop_screen()
        await below.settled()
        assert below.terminal.lines() == ["b" * 20] * 2 + ["a" * 20] * 2
        assert below.grounds(0) == {"000000"}

    await with_layers(change)


async def test_through_two_questions_the_tints_add_up() -> None:
    """A question about a question."""

    async def change(below: Layers) -> None:
        await below.ask(2)
        await below.ask(1)
        below.become("b", Region(0, 1, 20, 1))
        await below.sent()
        assert below.terminal.lines() == [
            "?" * 10 + "a" * 10,
            "?" * 10 + "b" * 10,
            *["a" * 20] * 2,
        ]
        assert below.grounds(1) == below.grounds(2) == {"a30000"}

    await with_layers(change)


async def test_a_full_picture_shows_what_is_below_as_it_is_now() -> None:
    """Nothing of it is kept from before."""

    async def change(below: Layers) -> None:
        await below.ask(1)
        below.become("b", Region(0, 0, 20, 4))
        await below.sent()
        anew = Pyte(*SIZE)
        anew.feed(full_picture(below.app))
        assert anew.picture() == below.terminal.picture()
        assert anew.lines()[1:] == ["b" * 20] * 3

    await with_layers(change)


async def test_a_question_with_a_ground_of_its_own_hides_all() -> None:
    """Whatever changes below it."""

    async def change(below: Layers) -> None:
        await below.ask(1)
        below.app.screen.styles.background = "#00ff00"
        await below.settled()
        assert below.terminal.lines()[1] == " " * 20
        below.become("b", Region(0, 0, 20, 4))
        assert "b" not in await below.sent()
        assert below.terminal.lines()[1] == " " * 20

    await with_layers(change)


async def test_what_changes_in_the_question_is_drawn_though_things_change_below() -> None:
    """Both at the same moment."""

    async def change(below: Layers) -> None:
        await below.app.push_screen(Asked())
        await below.settled()
        asked = below.app.screen.query_one(Letters)
        for letter in "bcd":
            asked.letter = letter
            asked.mark(Region(0, 0, 20, 1))
            below.become(letter.upper(), Region(0, 3, 20, 1))
            await below.sent()
            assert below.terminal.lines()[0] == letter * 20
            assert below.terminal.lines()[3] == letter.upper() * 20

    await with_layers(change)


@pytest.mark.parametrize("questions", [1, 2])
async def test_the_window_may_change_its_size_below_questions(questions: int) -> None:
    """The screens take the new size one after the other."""

    async def change(below: Layers) -> None:
        for _ in range(questions):
            await below.ask(1)
        for columns, rows in ((30, 4), (30, 9), (12, 3), (25, 2), SIZE):
            await below.resize(columns, rows)
            anew = Pyte(columns, rows)
            anew.feed(full_picture(below.app))
            assert below.terminal.picture() == anew.picture()
            assert below.terminal.lines()[-1] == "a" * columns

    await with_layers(change)


async def test_lines_that_the_screen_below_does_not_have_yet_are_blank() -> None:
    """While a window grows, only these may be asked for."""

    async def change(below: Layers) -> None:
        await below.ask(1)
        question = below.app.screen
        lines = question.render_lines(Region(5, SIZE[1], 30, 2))
        assert [line.text for line in lines] == [" " * 30] * 2

    await with_layers(change)


def test_textual_still_has_the_parts_that_are_used() -> None:
    """If this fails, Textual has changed inside: look at `layered` again."""
    assert {"_compositor_refresh", "render_lines", "is_current"} <= set(dir(Screen))
    assert {"_dirty_widgets", "_compositor"} <= set(Screen.__init__.__code__.co_names)
    assert "render_lines" in dir(Widget)
