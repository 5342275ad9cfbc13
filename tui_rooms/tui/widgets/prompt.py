"""One line of our own words in a question."""

from typing import Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.INK, palette.PANEL)
_TITLE: Final = ink(palette.INK, palette.PANEL, bold=True)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)


class Prompt(Painted[str]):
    """A title, or softly a hint."""

    def __init__(
        self,
        words: str,
        *,
        soft: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(words, id=id)
        self._style = _SOFT if soft else _TITLE

    def paint(self, value: str, width: int, height: int) -> list[Strip]:
        """Draw the line."""
        return [row(width, [(value, self._style)], fill=_FILL)]
