"""The panes of a narrow room, of which one is to be seen."""

from typing import Final, NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import Piece, row
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.SOFT, palette.PANEL)
_HERE: Final = ink(palette.GROUND, palette.INK, bold=True)
_MARK: Final = ink(palette.LOUD, palette.PANEL, bold=True)


class Tabs(NamedTuple):
    """Their names, how much is new in each, and which is seen."""

    names: tuple[str, ...]
    counts: tuple[int, ...]
    chosen: int = 0


class TabBar(Painted[Tabs]):
    """A click goes to a tab."""

    class Picked(Message):
        """That one."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def paint(self, value: Tabs, width: int, height: int) -> list[Strip]:
        """Draw the line."""
        pieces: list[Piece] = [(" ", _FILL)]
        for number, name in enumerate(value.names):
            here = number == value.chosen
            pieces += [
                (f" {name} ", _HERE if here else _FILL),
                (_count(value.counts[number]), _MARK),
                ("  ", _FILL),
            ]
        return [row(width, pieces, fill=_FILL)]

    def on_click(self, event: events.Click) -> None:
        """Which one is there?"""
        x = 1
        for number, name in enumerate(self.value.names):
            end = x + width_of(f" {name} ") + width_of(_count(self.value.counts[number])) + 2
            if x <= event.x < end:
                self.post_message(self.Picked(number))
            x = end


def _count(number: int) -> str:
    return f" {number}" if number else ""
