"""What is marked is drawn: now, later, or with all the rest."""

from typing import Any

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.widgets.drawn import Drawn, draw_now

SIZE = (20, 4)


class Letters(Drawn):
    """Lines of one letter."""

    letter = "a"

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self.letter * self.size.width)], self.size.width)


class LettersApp(App[None]):
    """Two of them, of which one can be hidden."""

    CSS = (
        "Letters { height: 1fr; }  Question { align: center top; }  Question Static { height: 1; }"
    )

    def __init__(self) -> None:
        super().__init__(driver_class=MemoryDriver)

    def compose(self) -> ComposeResult:
        yield Letters(id="upper")
        yield Letters(id="lower")


class Letter:
    """The app's upper letters and a terminal that follows."""

    def __init__(self, app: App[Any], driver: MemoryDriver) -> None:
        self.app, self.driver = app, driver
        self.screen: Screen[Any] = app.screen
        self.upper = self.screen.query_one("#upper", Letters)
        self.terminal = Pyte(*SIZE)
        self.terminal.feed(full_picture(app))
        driver.take()

    def become(self, letter: str, region: Region) -> None:
        """Another letter, of which only a part is marked."""
        self.upper.letter = letter
        self.upper.mark(region)

    def seen(self) -> list[str]:
        """The upper lines of the terminal."""
        self.terminal.feed(self.driver.take())
        return self.terminal.lines()[:2]


async def with_letters(test: Any) -> None:
    """Run a test on the app."""
    dirty_regions.install()
    app = LettersApp()

    async def start(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        await pilot.pause()
        await test(pilot, Letter(app, driver))

    await run_on_memory(app, SIZE, start)


async def test_what_is_marked_is_drawn_and_nothing_beside_it() -> None:
    """Without any haste by Textual's own timer."""

    async def mark(pilot: Pilot[Any], letter: Letter) -> None:
        letter.become("b", Region(3, 1, 2, 1))
        await pilot.pause()
        assert letter.seen() == ["a" * 20, "aaabb" + "a" * 15]

    await with_letters(mark)


async def test_draw_now_does_not_wait() -> None:
    """The bytes are there when it returns, once; the timer finds nothing to do."""

    async def mark(pilot: Pilot[Any], letter: Letter) -> None:
        letter.become("b", Region(0, 0, 1, 1))
        draw_now(letter.screen)
        assert letter.seen()[0] == "b" + "a" * 19
        await pilot.pause()
        assert letter.driver.take() == ""
        letter.upper.mark(Region(1, 0, 1, 1))
        await pilot.pause()
        assert letter.seen()[0] == "bb" + "a" * 18

    await with_letters(mark)


async def test_while_textual_holds_drawing_back_nothing_is_lost() -> None:
    """As while the terminal is behind: it is drawn when that is over."""

    async def mark(pilot: Pilot[Any], letter: Letter) -> None:
        with letter.app.batch_update():
            letter.become("b", Region(0, 0, 1, 1))
            draw_now(letter.screen)
            assert letter.driver.take() == ""
        await pilot.pause()
        assert letter.seen()[0] == "b" + "a" * 19

    await with_letters(mark)


async def test_what_nobody_sees_costs_nothing_and_is_right_when_it_comes() -> None:
    """Hidden widgets are marked too, ten times a second."""

    async def mark(pilot: Pilot[Any], letter: Letter) -> None:
        letter.upper.display = False
        await pilot.pause()
        letter.seen()
        letter.become("b", Region(0, 0, 20, 2))
        draw_now(letter.screen)
        await pilot.pause()
        assert letter.driver.take() == ""
        assert not letter.screen._compositor._full_map_invalidated
        letter.upper.display = True
        await pilot.pause()
        assert letter.seen() == ["b" * 20] * 2

    await with_letters(mark)


async def test_a_widget_without_a_screen_can_be_marked() -> None:
    """It is drawn whole when it has one."""

    async def mark(pilot: Pilot[Any], letter: Letter) -> None:
        late = Letters()
        late.mark(Region(0, 0, 1, 1))
        late.letter = "c"
        await letter.screen.mount(late)
        await pilot.pause()
        letter.seen()
        assert "c" * 20 in letter.terminal.lines()

    await with_letters(mark)


def test_textual_still_has_the_parts_that_are_used() -> None:
    """If this fails, Textual has changed inside: look at `drawn` again."""
    assert {"_set_dirty", "check_idle"} <= set(dir(Widget))
    assert "_is_mounted" in MessagePump.__init__.__code__.co_names
    assert "_on_timer_update" in dir(Screen)
