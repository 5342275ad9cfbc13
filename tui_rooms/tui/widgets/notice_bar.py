"""A sentence that a person should see, over the lower edge for a while."""

from typing import Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.widgets.painted import Painted

STAYS: Final = 8.0
"""Seconds."""
_MOST_LINES: Final = 4
_STYLE: Final = ink(palette.INK, palette.NOTICE)
_MARK: Final = ink(palette.LOUD, palette.NOTICE, bold=True)


class NoticeBar(Painted[str]):
    """Nothing is shown while the sentence is empty."""

    def paint(self, value: str, width: int, height: int) -> list[Strip]:
        """Draw the sentence."""
        strips = []
        for number, line in enumerate(self._wrapped(value, width)):
            mark = (" ! ", _MARK) if number == 0 else ("   ", _MARK)
            strips.append(row(width, [mark, (line, _STYLE)], fill=_STYLE))
        return strips

    def tell(self, sentence: str) -> None:
        """Show a sentence; it goes by itself, or with the empty one."""
        self.display = bool(sentence)
        self.styles.height = max(1, len(self._wrapped(sentence, self.app.size.width)))
        self.show(sentence)
        self.refresh()

    def _wrapped(self, sentence: str, width: int) -> list[str]:
        return list(wrapped(sentence, max(1, width - 5)))[:_MOST_LINES]
