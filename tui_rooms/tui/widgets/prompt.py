"""Our own words in a question: one line, but for a refusal."""

from typing import Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
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

    def refuse(self, sentence: str) -> None:
        """Say what is wrong, on as many lines as that takes: its end says what to write instead."""
        # The style sheet takes free lines away from the form, where the window has none left.
        self.screen.add_class("-refused")
        self.styles.height = len([*wrapped(sentence, max(1, self.size.width))])
        self.show(sentence)

    def paint(self, value: str, width: int, height: int) -> list[Strip]:
        """Draw the line, or the lines of a refusal."""
        lines = wrapped(value, width) if height > 1 else (value,)
        return [row(width, [(line, self._style)], fill=_FILL) for line in lines]
