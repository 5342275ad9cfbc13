"""A widget that draws a value as lines of cells, and redraws the lines that became different."""

from typing import Generic, TypeVar

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

V = TypeVar("V")


class Painted(Widget, Generic[V]):
    """Give it a value with `show`; a subclass says in `paint` how that looks.

    It never asks for a new layout: the style sheet says how many lines it has.
    """

    def __init__(self, value: V, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._value = value
        self._lines: list[Strip] = []

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
            if before[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, width, 1))

    def on_resize(self, event: events.Resize) -> None:
        """Everything is drawn anew."""
        self._lines = self._paint()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line, for Textual."""
        if not self._lines:
            self._lines = self._paint()
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    def _paint(self) -> list[Strip]:
        width, height = self.size
        return self.paint(self._value, width, height) if width and height else []
