"""A painted widget and its size."""

from textual.app import App, ComposeResult

from tui_rooms.tui.drawing.placard import Placarded
from tui_rooms.tui.widgets.placard import Placard


class PlacardApp(App[None]):
    """Only a placard."""

    def compose(self) -> ComposeResult:
        yield Placard(Placarded("x" * 60))


async def test_a_resize_of_which_textual_does_not_tell_is_noticed() -> None:
    """Whoever asks where a widget is, before it is laid out anew, takes that news away."""
    app = PlacardApp()
    async with app.run_test(size=(80, 8)) as pilot:
        await pilot.pause()
        placard = app.query_one(Placard)
        assert "x" * 60 in placard.render_line(2).text
        placard.styles.width = 40
        placard._check_refresh()  # it has asked for a new layout
        app.screen._compositor._full_map_invalidated = True
        assert placard.region.width == 40
        await pilot.pause()
        lines = [placard.render_line(y) for y in range(8)]
        assert {line.cell_length for line in lines} == {40}
        assert "x" * 36 in "\n".join(line.text for line in lines)
