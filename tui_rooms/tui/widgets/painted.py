"""A widget that draws a value as lines of cells, and redraws the lines that became different."""

from typing import Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from tui_rooms.tui.widgets.drawn import Drawn

V = TypeVar("V")


class Painted(Drawn, Generic[V]):
    """Give it a value with `show`; a subclass says in `paint` how that looks.

    It never asks for a new layout: the style sheet says how many lines it has.
    """

    def __init__(self, value: V, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._value = value
        self._lines: list[Strip] = []
        self._lines_size = Size(0, 0)
        """For which they were painted."""

    @property
    def value(self) -> V:
        """What is shown."""
        return self._value

    def paint(self, value: V, width: int, height: int) -> list[Strip]:
        """The lines, each exactly `width` cells; lines that are missing stay empty."""
        raise NotImplementedError

    def show(self, value: V) -> None:
        """Draw another value: only the lines that differ reach the terminal."""
        if value == self._value:
            return
        self._value = value
        before, self._lines = self._lines, self._paint()
        width = self.size.width
        for y in range(max(len(before), len(self._lines))):
            old, new = before[y : y + 1], self._lines[y : y + 1]
            if old != new:
                first, end = _difference(old[0], new[0]) if old and new else (0, width)
                self.mark(Region(first, y, end - first, 1))

    def on_resize(self, event: events.Resize) -> None:
        """Everything is drawn anew."""
        self._lines = self._paint()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line, for Textual."""
        size = self.size
        if self._lines_size != size:
            # Textual tells of no resize that it has noticed by looking where a widget is.
            self._lines = self._paint()
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(size.width, self.visual_style.rich_style)

    def _paint(self) -> list[Strip]:
        self._lines_size = self.size
        width, height = self._lines_size
        return self.paint(self._value, width, height) if width and height else []


def _difference(old: Strip, new: Strip) -> tuple[int, int]:
    """The first cell that differs, and the one after the last."""
    width = max(old.cell_length, new.cell_length)
    before, after = list(old), list(new)
    first = _same_cells(before, after)
    if old.cell_length != new.cell_length:
        return first, width
    return first, width - _same_cells(before[::-1], after[::-1], room=width - first)


def _same_cells(one: list[Segment], other: list[Segment], room: int | None = None) -> int:
    """Cells of the segments that are the same in both, from the beginning."""
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b or (room is not None and same + a.cell_length > room):
            break
        same += a.cell_length
    return same
