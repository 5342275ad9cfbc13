"""Keys in columns: what may be done about the person or thing above them."""

from typing import Final

from textual import events
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import clip, fit, width_of
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.sheet import Sheet

_CAP: Final = ink(palette.INK, palette.BAR, bold=True)
_WORD: Final = ink(palette.SOFT, palette.PANEL)
_FILL: Final = ink(palette.INK, palette.PANEL)
_COLUMN: Final = 17
"""Cells that a key and its word want at least."""


class KeyGrid(Sheet[tuple[Key, ...]]):
    """A click on one tells `KeyBar.Clicked`, as in the bar."""

    def paint(self, value: tuple[Key, ...], width: int, height: int) -> list[Strip]:
        """Draw the columns, read line by line."""
        columns, cells = _columns(width)
        lines = [value[first : first + columns] for first in range(0, len(value), columns)]
        return [
            row(
                width,
                [(" ", _FILL), *(piece for key in line for piece in _key(key, cells))],
                fill=_FILL,
            )
            for line in lines
        ][:height]

    def on_click(self, event: events.Click) -> None:
        """A click does what the key does."""
        columns, cells = _columns(self.size.width)
        number = event.y * columns + (event.x - 1) // cells
        if 0 <= (event.x - 1) // cells < columns and number < len(self.value):
            event.stop()
            self.post_message(KeyBar.Clicked(self.value[number].action))


def _columns(width: int) -> tuple[int, int]:
    columns = max(1, (width - 1) // _COLUMN)
    return columns, max(1, (width - 1) // columns)


def _key(key: Key, cells: int) -> list[Piece]:
    mark = f" {key.cap} "
    room = max(0, cells - width_of(mark) - 2)
    return [(mark, _CAP), (" ", _FILL), (fit(clip(key.word, room), room + 1), _WORD)]
