"""How loud one hears somebody: a bar from 0 to 200 % that may be clicked on."""

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rooms.client.sound.volumes import LOUDEST
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.room_view import Hearing
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_STRONG: Final = ink(palette.INK, palette.PANEL, bold=True)
_BAR: Final = ink(palette.SOUND, palette.PANEL)
_RAIL: Final = ink(palette.FAINT, palette.PANEL)
_OFF: Final = ink(palette.ALARM, palette.PANEL, bold=True)
_WORDS: Final = 10
"""Cells for the percents, or that somebody is not heard."""
_LONGEST: Final = 20
_SHORTEST: Final = 5
_STEP: Final = 10
"""Percent: a cell of the bar is not exact enough for less."""


class VolumeBar(Sheet[Hearing | None]):
    """One line; none where there is nobody to hear."""

    class Picked(Message):
        """The bar was clicked on."""

        def __init__(self, percent: int) -> None:
            super().__init__()
            self.percent = percent

    def __init__(self, value: Hearing | None, caption: str) -> None:
        """`caption`: with the cells that stand before the bar."""
        super().__init__(value)
        self._caption = caption

    def paint(self, value: Hearing | None, width: int, height: int) -> list[Strip]:
        """Draw the line."""
        if value is None:
            return []
        cells = self._cells(width)
        full = round(cells * value.percent / LOUDEST)
        words = value.words or f"{value.percent} %"
        return [
            row(
                width,
                [
                    (self._caption, _SOFT),
                    ("━" * full, _RAIL if value.muted else _BAR),
                    ("┄" * (cells - full), _RAIL),
                    (f" {words}", _OFF if value.muted else _STRONG),
                ],
                fill=_FILL,
            )
        ][:height]

    def on_click(self, event: events.Click) -> None:
        """The first cell is silence, the last the loudest."""
        cells = self._cells(self.size.width)
        place = event.x - len(self._caption)
        if self.value is not None and 0 <= place < cells:
            event.stop()
            percent = round(LOUDEST * place / (cells - 1) / _STEP) * _STEP
            self.post_message(self.Picked(percent))

    def _cells(self, width: int) -> int:
        return max(_SHORTEST, min(_LONGEST, width - len(self._caption) - _WORDS))
