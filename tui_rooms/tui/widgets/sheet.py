"""A painted widget that is as high as what it shows, as far as the style sheet lets it."""

from typing import Final, TypeVar

from textual.geometry import Size

from tui_rooms.tui.widgets.painted import Painted

V = TypeVar("V")

_ALL: Final = 10_000
"""Lines; more than any sheet has."""


class Sheet(Painted[V]):
    """`paint` returns as many lines as there are to be seen, at most `height`."""

    def show(self, value: V) -> None:
        """Draw another value; a new layout is asked for only when it has more or fewer lines."""
        if value == self.value:
            return
        before = self._high(self.value)
        super().show(value)
        if self._high(value) != before:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """For Textual."""
        return len(self.paint(self.value, width, _ALL))

    def _high(self, value: V) -> int:
        width = self.size.width
        return len(self.paint(value, width, _ALL)) if width else 0
