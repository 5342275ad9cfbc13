"""The last line of a screen: the keys that do something here and now."""

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.widgets.painted import Painted

_CAP: Final = ink(palette.INK, palette.BAR, bold=True)
_WORD: Final = ink(palette.SOFT, palette.BAR)
_GAP: Final = 2


class KeyBar(Painted[tuple[Key, ...]]):
    """Keys by importance; those that do not fit are left out, but never the last two.

    The last two are the way out and the help.
    """

    class Clicked(Message):
        """A key was clicked on."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def paint(self, value: tuple[Key, ...], width: int, height: int) -> list[Strip]:
        """Draw the bar."""
        pieces: list[Piece] = []
        x = 0
        for start, key in self._places(value, width):
            pieces += [(" " * (start - x), _WORD), (key.cap, _CAP), (f" {key.word}", _WORD)]
            x = start + _cells(key)
        return [row(width, pieces, fill=_WORD)]

    def on_click(self, event: events.Click) -> None:
        """A click does what the key does."""
        for start, key in self._places(self.value, self.size.width):
            if start <= event.x < start + _cells(key) and key.action:
                self.post_message(self.Clicked(key.action))

    @staticmethod
    def _places(keys: tuple[Key, ...], width: int) -> list[tuple[int, Key]]:
        kept = list(keys)
        while len(kept) > 2 and 1 + sum(_cells(key) + _GAP for key in kept) - _GAP > width:
            del kept[-3]
        places, x = [], 1
        for key in kept:
            places.append((x, key))
            x += _cells(key) + _GAP
        return places


def _cells(key: Key) -> int:
    return width_of(key.cap) + 1 + width_of(key.word)
