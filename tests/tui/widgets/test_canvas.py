"""The canvas: exact widths, few cells redrawn, and a choice that stays on its person."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.scroll_view import ScrollView

from tests.tui.people import a_room, jazz, names, somebody
from tests.tui.places import SIZES
from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.client.sound.levels import Level
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.terminal.themed import Themed
from tui_rooms.tui.terminal.thrift import thrifty
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.drawn import draw_now
from tui_rooms.wire.quality import ConnectionQuality

LOUD = Level(dbov=-12, talking=True)


class CanvasApp(Themed):
    """Only the canvas."""

    CSS_PATH = TuiRooms.CSS_PATH

    def __init__(self) -> None:
        super().__init__(driver_class=MemoryDriver)
        self.chosen: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield Canvas()

    def on_canvas_chosen(self, message: Canvas.Chosen) -> None:
        self.chosen.append(message.identity)

    @property
    def canvas(self) -> Canvas:
        return self.query_one(Canvas)


def view(room: Room, me: str = "p0") -> RoomView:
    """As the first one sees it."""
    return RoomView(room=room, me=me)


def crowd(stage: int, audience: int = 0) -> Room:
    """So many people."""
    return a_room(
        [somebody(f"p{n}", role=Role.SPEAKER if n else Role.HOST) for n in range(stage)],
        [somebody(f"a{n}", role=Role.LISTENER) for n in range(audience)],
    )


@pytest.mark.parametrize("size", SIZES)
async def test_every_line_is_as_wide_as_the_canvas_whoever_is_there(size: tuple[int, int]) -> None:
    """For random names, numbers and levels, at every size."""
    app = CanvasApp()
    async with app.run_test(size=size) as pilot:

        @settings(max_examples=40, suppress_health_check=list(HealthCheck))
        @given(
            stage=st.lists(st.tuples(names(), st.booleans(), st.integers(-127, 0)), max_size=12),
            audience=st.lists(names(), max_size=20),
        )
        def check(stage: list[tuple[str, bool, int]], audience: list[str]) -> None:
            app.canvas.show(
                view(
                    a_room(
                        [somebody(f"p{n}", who[0], muted=who[1]) for n, who in enumerate(stage)],
                        [somebody(f"a{n}", name) for n, name in enumerate(audience)],
                    )
                )
            )
            levels = {f"p{n}": Level(who[2], talking=who[2] > -50) for n, who in enumerate(stage)}
            app.canvas.follow(levels, 0.1, 0.0)
            for y in range(app.canvas.virtual_size.height + 3):
                strip = app.canvas.render_line(y)
                assert sum(segment.cell_length for segment in strip) == app.canvas.size.width

        await pilot.pause()
        check()


async def test_a_level_redraws_only_cells_of_its_bar() -> None:
    """Nothing but the bar of who is heard is marked for drawing."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.show(view(crowd(6, 10)))
        app.canvas.follow({"p1": LOUD}, 0.1, 0.0)
        await pilot.pause()
        drawn: list[Region] = []
        app.canvas.mark = lambda *regions: drawn.extend(regions)  # type: ignore[method-assign]
        app.canvas.follow({"p1": Level(-20, talking=True)}, 0.1, 0.1)
        assert drawn
        assert all(region.height == 1 for region in drawn)
        assert sum(region.width for region in drawn) < 12
        drawn.clear()
        app.canvas.follow({}, 0.0, 0.1)
        assert {region.height for region in drawn} == {5}, "a tile that falls silent changes whole"
        drawn.clear()
        app.canvas.follow({}, 0.0, 0.1)
        assert not drawn, "nothing has changed, so nothing is drawn"


async def test_a_muted_person_has_no_level() -> None:
    """Whatever still arrives of somebody whose microphone is closed."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)):
        app.canvas.show(view(a_room([somebody("p0", muted=True)])))
        app.canvas.follow({"p0": LOUD}, 0.1, 0.0)
        (card,) = app.canvas.stage
        assert not card.talking
        assert "█" not in "".join(app.canvas.render_line(y).text for y in range(8))


async def test_partial_updates_show_the_same_as_a_full_repaint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After random levels, joins, mutes and choices the terminal equals one painted anew, also at
    the far end of a slow link, for which each line is drawn style by style."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    dirty_regions.install()
    chance = random.Random(11)
    app = CanvasApp()
    size = (80, 24)

    async def play(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        app.canvas.show(view(crowd(7, 9)))
        await pilot.pause()
        terminal, far = Pyte(*size), Pyte(*size)
        terminal.feed(driver.take())
        terminal.feed(full_picture(app))
        far.feed(thrifty(full_picture(app), repeat=True, slow=True))
        count = 7
        for step in range(40):
            levels = {
                f"p{n}": Level(chance.randint(-80, 0), talking=chance.random() < 0.5)
                for n in range(9)
            }
            app.canvas.follow(levels, 0.1, step * 0.3)
            if step % 3:
                draw_now(app.screen)
            if step % 9 == 4:
                await pilot.press(chance.choice(["up", "down", "left", "right"]))
            if step % 13 == 6:
                count = chance.randint(1, 9)
            if step % 4 == 2:
                people = [
                    somebody(f"p{n}", "美琳 Mei" if n % 3 else None, muted=chance.random() < 0.3)
                    for n in range(count)
                ]
                app.canvas.show(view(a_room(people, [somebody("a1", "👍 ok")])))
            await pilot.pause()
            drawn = driver.take()
            terminal.feed(drawn)
            far.feed(thrifty(drawn, repeat=True, slow=True))
            anew = Pyte(*size)
            anew.feed(full_picture(app))
            assert terminal.picture() == anew.picture(), f"step {step}"
            assert far.visible() == anew.visible(), f"step {step}"

    await run_on_memory(app, size, play)


@pytest.mark.parametrize("people", [7, 60])
@pytest.mark.parametrize("no_color", [False, True])
async def test_a_part_is_the_same_as_by_textuals_own_steps(
    people: int, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are left out do nothing, with a scroll bar and without, in all themes."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    chance = random.Random(people)
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.show(view(crowd(people, 5)))
        app.canvas.follow({"p1": LOUD, "p4": LOUD}, 0.1, 0.0)
        for theme in ("night", "day", "nord"):
            app.theme = theme
            app.canvas.scroll_to(y=chance.randint(0, 9), animate=False)
            await pilot.pause()
            window = app.canvas.outer_size.region
            for _ in range(20):
                x, y = chance.randrange(window.width), chance.randrange(window.height)
                part = Region(x, y, chance.randint(1, 80), chance.randint(1, 24))
                crop = part.intersection(window)
                ours = app.canvas.render_lines(crop)
                theirs = ScrollView.render_lines(app.canvas, crop)
                assert [list(strip.simplify()) for strip in ours] == [
                    list(strip.simplify()) for strip in theirs
                ]


async def test_the_choice_stays_on_the_person_when_others_come_and_go() -> None:
    """Places change, the chosen person does not."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.show(view(crowd(4, 3)))
        app.canvas.focus()
        app.canvas.choose("p2")
        people = [somebody(f"p{n}") for n in (9, 8, 3, 2, 1)]
        app.canvas.show(view(a_room(people)))
        await pilot.pause()
        assert app.canvas.chosen == "p2"
        assert [card.identity for card in app.canvas.stage if card.chosen] == ["p2"]


async def test_when_the_chosen_person_leaves_nobody_is_chosen() -> None:
    """A key that was meant for them must not meet a neighbour; the arrows go on from there."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.show(view(crowd(4)))
        app.canvas.choose("p3")
        app.canvas.show(view(crowd(3)))
        await pilot.pause()
        assert app.chosen == ["p3", None]
        app.canvas.focus()
        await pilot.press("left")
        assert app.chosen == ["p3", None, "p2"]


async def test_arrows_and_mouse_choose_people() -> None:
    """From the first on, over the stage into the audience; a click beside people chooses nobody."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.show(view(crowd(2, 2)))
        app.canvas.focus()
        await pilot.press("down", "right", "down")
        assert app.chosen[:2] == ["p0", "p1"]
        assert app.canvas.chosen in {"a0", "a1"}
        await pilot.click(Canvas, offset=(3, 2))
        assert app.canvas.chosen == "p0"
        await pilot.click(Canvas, offset=(30, 20))
        assert app.canvas.chosen is None


async def test_a_crowd_can_be_scrolled_through_with_the_arrows() -> None:
    """The chosen person is always in view."""
    app = CanvasApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.canvas.show(view(crowd(50, 40)))
        app.canvas.focus()
        for _ in range(40):
            await pilot.press("down")
        await pilot.pause()
        assert app.canvas.chosen is not None
        assert app.canvas.chosen.startswith("a")
        lines = [app.canvas.render_line(y).text for y in range(app.canvas.size.height)]
        assert any("▸" in line for line in lines)


async def test_only_the_known_listeners_are_named_and_all_are_counted() -> None:
    """The audience is a count first."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)):
        room = jazz().room
        room.audience_count = 1234
        app.canvas.show(view(room))
        captions = [app.canvas.render_line(y).text for y in range(20)]
        assert any("AUDIENCE 1,234 · 2 by name" in caption for caption in captions)


async def test_a_connection_that_changes_redraws_one_tile() -> None:
    """And news of somebody who is not on the stage nothing."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)) as pilot:
        room = view(crowd(4, 3))
        app.canvas.show(room)
        await pilot.pause()
        drawn: list[Region] = []
        app.canvas.mark = lambda *regions: drawn.extend(regions)  # type: ignore[method-assign]
        app.canvas.show(room, connections={"p2": ConnectionQuality.POOR})
        assert [(region.width > 20, region.height) for region in drawn] == [(True, 5)]
        drawn.clear()
        poor = {"p2": ConnectionQuality.POOR}
        app.canvas.show(room, connections={**poor, "gone": ConnectionQuality.LOST})
        assert drawn == []


async def test_nobody_talks_whose_connection_is_lost() -> None:
    """What was heard last may still be on its way."""
    app = CanvasApp()
    async with app.run_test(size=(80, 24)):
        app.canvas.show(view(crowd(1)), connections={"p0": ConnectionQuality.LOST})
        app.canvas.follow({"p0": LOUD}, 0.1, 0.0)
        (card,) = app.canvas.stage
        assert not card.speaks
        assert "away" in app.canvas.render_line(4).text
