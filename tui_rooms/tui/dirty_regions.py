"""Textual sends a whole line from its left edge when only its end has changed; this sends the end.

Textual 8.2 honours the right edge of a dirty region and ignores the left one, so a meter at the
right of a wide screen costs the line before it ten times a second. `install` replaces that one
method (a private part of Textual: hence the pin to one minor version).
"""

from typing import Final

from rich.cells import cell_len
from rich.console import Console
from textual._compositor import ChopsUpdate
from textual.strip import Strip

_MOVE: Final = "\x1b[{y};{x}H"


def install() -> None:
    """Take effect for all apps of this process; a second time changes nothing."""
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign]


def render_segments(self: ChopsUpdate, console: Console) -> str:
    """What goes to the terminal: each dirty span, and nothing beside it.

    Only where a span begins or ends within a wide glyph is the whole glyph drawn.
    """
    return "".join(span_text(self, span, console) for span in self.spans)


def span_text(update: ChopsUpdate, span: tuple[int, int, int], console: Console) -> str:
    """What goes to the terminal of one span: line, first cell, and the one after the last."""
    y, first, end = span
    written: list[str] = []
    chops = zip(update.chops[y].items(), update.chop_ends[y], strict=False)
    for (start, strip), stop in chops:
        if strip is None or start >= end or stop <= first:
            continue
        left, right = _whole_glyphs(strip, max(first - start, 0), min(end, stop) - start)
        part = strip if (left, right) == (0, strip.cell_length) else strip.crop(left, right)
        written += (_MOVE.format(y=y + 1, x=start + left + 1), part.render(console))
    return "".join(written)


def _whole_glyphs(strip: Strip, left: int, right: int) -> tuple[int, int]:
    """Widen a span of cells so that it cuts no wide glyph in two."""
    x = 0
    for segment in strip:
        cells = segment.cell_length
        if cells != len(segment.text):
            for glyph in segment.text:
                wide = cell_len(glyph)
                if x < left < x + wide:
                    left = x
                if x < right < x + wide:
                    right = x + wide
                x += wide
        else:
            x += cells
        if x >= right:
            break
    return left, right
