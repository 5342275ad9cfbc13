"""One line of a screen, put together from pieces and exactly as wide as asked."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.style import Style
from textual.strip import Strip

from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import Piece, line

WIDE: Final = 100
"""Columns from which there is room to spare."""


def row(width: int, left: Iterable[Piece], right: Sequence[Piece] = (), *, fill: Style) -> Strip:
    """A `line` for Textual."""
    return Strip(line(width, left, right, fill=fill), max(0, width))


def fields(width: int, groups: Iterable[Sequence[Piece]], *, fill: Style) -> Strip:
    """Fields side by side, the most important first: those that do not fit whole are left out."""
    pieces: list[Piece] = []
    used = 0
    for group in groups:
        gap = (3 if width >= WIDE else 2) if pieces else 0
        cells = sum(width_of(text) for text, _ in group)
        if not cells or used + gap + cells > width:
            continue
        if gap:
            pieces.append((" " * gap, fill))
        pieces += group
        used += gap + cells
    return row(width, pieces, fill=fill)
