"""A line of tabs, of which one is chosen."""

from typing import Final, NamedTuple

from rich.segment import Segment

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import Piece, line
from tui_rooms.tui.drawing.palette import ink

_FILL: Final = ink(palette.SOFT, palette.PANEL)
_HERE: Final = ink(palette.GROUND, palette.INK, bold=True)
_MARK: Final = ink(palette.LOUD, palette.PANEL, bold=True)


class Tabs(NamedTuple):
    """Their names, how much is new in each, and which is seen."""

    names: tuple[str, ...]
    counts: tuple[int, ...]
    chosen: int = 0

    def at(self, x: int) -> int | None:
        """The tab in that cell of the line."""
        start = 1
        for number, name in enumerate(self.names):
            end = start + width_of(f" {name} ") + width_of(_count(self.counts[number])) + 2
            if start <= x < end:
                return number
            start = end
        return None


def tab_line(tabs: Tabs, width: int) -> list[Segment]:
    """The line, exactly `width` cells."""
    pieces: list[Piece] = [(" ", _FILL)]
    for number, name in enumerate(tabs.names):
        pieces += [
            (f" {name} ", _HERE if number == tabs.chosen else _FILL),
            (_count(tabs.counts[number]), _MARK),
            ("  ", _FILL),
        ]
    return line(width, pieces, fill=_FILL)


def _count(number: int) -> str:
    return f" {number}" if number else ""
