"""Only what has changed goes to the terminal."""

from typing import Any

import pytest
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui import dirty_regions

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
