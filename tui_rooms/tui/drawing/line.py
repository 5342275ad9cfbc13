"""Pieces of text in exactly as many cells as asked, without Textual: see `first_picture`."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style

from tui_rooms.tui.drawing.cells import clip, fit, width_of

Piece: TypeAlias = tuple[str, Style]
"""Text of any origin, and how it looks."""


def line(
    width: int, left: Iterable[Piece], right: Sequence[Piece] = (), *, fill: Style
) -> list[Segment]:
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
    return segments
