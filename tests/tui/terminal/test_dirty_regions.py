"""Only what has changed goes to the terminal."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui.terminal import dirty_regions

TEXTUALS_OWN = ChopsUpdate.render_segments
SIZE = (80, 4)


class Wide(Widget):
    """A line of wide glyphs and one cell that changes near its right end."""

    mark = "a"

    def render_line(self, y: int) -> Strip:
        text = "美" * 35 + "........" + self.mark + "."
        return Strip([Segment(text)], 80)


class WideApp(App[None]):
    """Only that."""

    def compose(self) -> ComposeResult:
        yield Wide()


async def written(region: Region, *, patched: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """What reaches the terminal when the region is refreshed; the picture must be right."""
    monkeypatch.setattr(ChopsUpdate, "render_segments", TEXTUALS_OWN)
    if patched:
        dirty_regions.install()
    app = WideApp(driver_class=MemoryDriver)
    sent = ""

    async def change(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        nonlocal sent
        await pilot.pause()
        terminal = Pyte(*SIZE)
        terminal.feed(full_picture(app))
        driver.take()
        widget = app.query_one(Wide)
        widget.mark = "b"
        widget.refresh(region)
        await pilot.pause()
        sent = driver.take()
        terminal.feed(sent)
        anew = Pyte(*SIZE)
        anew.feed(full_picture(app))
        if region.width < 80:
            assert terminal.lines()[0] == anew.lines()[0]

    await run_on_memory(app, SIZE, change)
    return sent


async def test_a_change_at_the_right_costs_its_own_cells_and_not_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Textual's own update sends the line up to the change; ours sends the change."""
    region = Region(78, 0, 1, 1)
    ours = len((await written(region, patched=True, monkeypatch=monkeypatch)).encode())
    theirs = len((await written(region, patched=False, monkeypatch=monkeypatch)).encode())
    print(f"one cell changed: {theirs} bytes before, {ours} with the patch")
    assert ours < theirs / 2


@pytest.mark.parametrize("x", [0, 1, 2, 33, 69, 70])
async def test_no_wide_glyph_is_cut_in_two(x: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A region that begins or ends within a glyph draws the whole glyph."""
    sent = await written(Region(x, 0, 80 - x - 1, 1), patched=True, monkeypatch=monkeypatch)
    assert "美" in sent or x >= 70
    assert "b" in sent


def test_textual_still_has_the_part_that_is_replaced() -> None:
    """If this fails, Textual has changed inside: look at `dirty_regions` again."""
    assert {"chops", "spans", "chop_ends"} <= set(ChopsUpdate.__init__.__code__.co_varnames)
    assert {"_dirty_regions", "_regions_to_spans", "cuts", "visible_widgets"} <= set(
        dir(Compositor()) + list(Compositor.__init__.__code__.co_names)
    )


class Letters(Widget):
    """Lines of one letter."""

    letter = "a"

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self.letter * self.size.width)], self.size.width)


class Layers(App[None]):
    """Two side by side, and one over both."""

    CSS = """
    Screen { layout: horizontal; layers: base over; }
    Letters { width: 1fr; height: 1fr; }
    #over { layer: over; width: 20; height: 2; offset: 30 1; }
    """

    def compose(self) -> ComposeResult:
        yield Letters(id="left")
        yield Letters(id="right")
        yield Letters(id="over")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["left", "right", "over"]),
            st.sampled_from("bcde"),
            st.builds(
                Region,
                st.integers(0, 50),
                st.integers(0, 12),
                st.integers(1, 50),
                st.integers(1, 12),
            ),
        ),
        max_size=12,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_changes_look_as_if_all_were_drawn_anew(
    changes: list[tuple[str, str, Region]],
) -> None:
    """Also below others, at edges and beyond them."""

    async def change(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        await pilot.pause()
        terminal = Pyte(80, 10)
        terminal.feed(full_picture(app))
        driver.take()
        for who, letter, region in changes:
            widget = app.query_one(f"#{who}", Letters)
            if letter != widget.letter:
                widget.letter = letter
                widget.refresh()
            widget.refresh(region)
            if letter in "bd":
                await pilot.pause()
        await pilot.pause()
        terminal.feed(driver.take())
        anew = Pyte(80, 10)
        anew.feed(full_picture(app))
        assert terminal.picture() == anew.picture()

    dirty_regions.install()
    app = Layers(driver_class=MemoryDriver)
    asyncio.run(run_on_memory(app, (80, 10), change))


async def test_only_the_lines_that_changed_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the widget that changed, neighbours together; of others none."""

    async def change(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        await pilot.pause()
        widgets = {widget.id: widget for widget in app.query(Letters)}
        asked: list[tuple[str, Region]] = []

        def noting(widget: Widget, crop: Region) -> list[Strip]:
            asked.append((str(widget.id), crop))
            return render_lines(widget, crop)

        render_lines = Widget.render_lines
        monkeypatch.setattr(Widget, "render_lines", noting)
        widgets["left"].refresh(Region(0, 0, 3, 1))
        widgets["right"].refresh(Region(0, 7, 3, 2), Region(9, 7, 3, 1), Region(2, 4, 1, 1))
        await pilot.pause()
        assert sorted(asked) == [
            ("left", Region(0, 0, 40, 1)),
            ("right", Region(0, 4, 40, 1)),
            ("right", Region(0, 7, 40, 2)),
        ]

    dirty_regions.install()
    app = Layers(driver_class=MemoryDriver)
    await run_on_memory(app, (80, 10), change)
