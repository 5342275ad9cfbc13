"""Textual renders and sends more than what has changed; this keeps to the cells that did.

Textual 8.2 honours the right edge of a dirty region and ignores the left one, so a meter at the
right of a wide screen costs the line before it ten times a second. And it goes through all lines
of all widgets between the first change and the last: with a clock above and a meter below, that
is the whole screen. `install` replaces these two methods (private parts of Textual: hence the pin
to one minor version).
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from rich.cells import cell_len
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Span: TypeAlias = tuple[int, int, int]
"""Line, first cell, and the one after the last."""
Chops: TypeAlias = dict[int, Strip | None]
"""A line in parts, by the cell where each begins."""

_MOVE: Final = "\x1b[{y};{x}H"


def install() -> None:
    """Take effect for all apps of this process; a second time changes nothing."""
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign]
    Compositor.render_partial_update = render_partial_update  # type: ignore[method-assign]


def render_partial_update(self: Compositor) -> ChopsUpdate | None:
    """The dirty regions as they look now, and None without any; the regions are clean then."""
    screen = self.size.region
    regions = [region.intersection(screen) for region in self._dirty_regions]
    self._dirty_regions.clear()
    spans = list(self._regions_to_spans(regions))
    if not spans:
        return None
    return ChopsUpdate(chops_of(self, spans), spans, [cut_set[1:] for cut_set in self.cuts])


def chops_of(compositor: Compositor, spans: Sequence[Span]) -> list[Chops]:
    """The lines of those spans, cut where widgets begin and end.

    A widget is asked for whole lines, and only for those of which a span has a part of it.
    """
    cuts = compositor.cuts
    untouched: Chops = {}
    chops = [untouched] * len(cuts)
    if not spans:
        return chops
    for y, _, _ in spans:
        chops[y] = dict.fromkeys(cuts[y][:-1])
    top, bottom = spans[0][0], spans[-1][0]
    # From front to back: who is first at a place is seen there.
    for widget, (region, clip) in compositor.visible_widgets.items():
        seen = region.intersection(clip)
        if seen.y > bottom or seen.bottom <= top:
            continue
        lines = [
            y
            for y, first, end in spans
            if seen.y <= y < seen.bottom
            and first < seen.right
            and seen.x < end
            and _lacks(chops[y], cuts[y], first, end)
        ]
        left, right = seen.column_span
        for first, end in _runs(lines):
            crop = Region(left - region.x, first - region.y, seen.width, end - first)
            for y, strip in enumerate(widget.render_lines(crop), first):
                places = [cut for cut in cuts[y] if left <= cut <= right]
                parts = strip.divide([cut - left for cut in places[1:]])
                line = chops[y]
                for cut, part in zip(places, parts, strict=False):
                    if line.get(cut) is None:
                        line[cut] = part
    return chops


def _runs(lines: list[int]) -> list[tuple[int, int]]:
    """Neighbours joined: the first line of each run, and the one after its last.

    Args:
        lines: in their order; some more than once.
    """
    runs: list[tuple[int, int]] = []
    for y in lines:
        if runs and y <= runs[-1][1]:
            runs[-1] = runs[-1][0], y + 1
        else:
            runs.append((y, y + 1))
    return runs


def _lacks(line: Chops, cuts: list[int], first: int, end: int) -> bool:
    """Whether nothing in front has been found for a part of that span."""
    return any(
        part is None and start < end and first < stop
        for (start, part), stop in zip(line.items(), cuts[1:], strict=False)
    )


def render_segments(self: ChopsUpdate, console: Console) -> str:
    """What goes to the terminal: each dirty span, and nothing beside it.

    Only where a span begins or ends within a wide glyph is the whole glyph drawn.
    """
    return "".join(span_text(self, span, console) for span in self.spans)


def span_text(update: ChopsUpdate, span: Span, console: Console) -> str:
    """What goes to the terminal of one span."""
    y, first, end = span
    written: list[str] = []
    cursor = -1
    chops = zip(update.chops[y].items(), update.chop_ends[y], strict=False)
    for (start, strip), stop in chops:
        if strip is None or start >= end or stop <= first:
            continue
        left, right = _whole_glyphs(strip, max(first - start, 0), min(end, stop) - start)
        part = strip if (left, right) == (0, strip.cell_length) else strip.crop(left, right)
        if start + left != cursor:
            written.append(_MOVE.format(y=y + 1, x=start + left + 1))
        written.append(part.render(console))
        cursor = start + right
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
