"""One line of a screen, put together from pieces and exactly as wide as asked."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_rooms.tui.drawing.cells import clip, fit, width_of

Piece: TypeAlias = tuple[str, Style]
"""Text of any origin, and how it looks."""

WIDE: Final = 100
"""Columns from which there is room to spare."""


def row(width: int, left: Iterable[Piece], right: Sequence[Piece] = (), *, fill: Style) -> Strip:
    """Pieces from the left, and pieces flush right, in exactly `width` cells.

    What does not fit on the left is cut with an ellipsis; the right side goes first when there
    is no room for both.
    """
    tail = [(text, style, width_of(text)) for text, style in right]
    tail_width = sum(cells for _, _, cells in tail)
    if tail_width > width:
        tail, tail_width = [], 0
    segments: list[Segment] = []
    free = width - tail_width
    for text, style in left:
        if free <= 0:
            break
        shown = clip(text, free)
        cells = width_of(shown)
        if cells:
            segments.append(Segment(shown, style))
            free -= cells
        if shown and cells < width_of(text):
            break
    if free > 0:
        segments.append(Segment(" " * free, fill))
    segments += [Segment(fit(text, cells), style) for text, style, cells in tail if cells]
    return Strip(segments, max(0, width))


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
