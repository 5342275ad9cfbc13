"""All that is known of somebody, or of the room: names and values, and shares of the talk."""

from typing import Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.details import Details
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_BAR: Final = ink(palette.SOUND, palette.PANEL)
_RAIL: Final = ink(palette.FAINT, palette.PANEL)
LABEL: Final = 14
"""Cells of a value's name."""
_SHARE: Final = 20


class DetailsSheet(Sheet[Details]):
    """As high as it has lines."""

    def paint(self, value: Details, width: int, height: int) -> list[Strip]:
        """Draw the values, then the shares."""
        lines: list[list[Piece]] = []
        for name, text in value.values:
            for number, line in enumerate(wrapped(text, max(1, width - LABEL))):
                lines.append([(fit(name if number == 0 else "", LABEL), _SOFT), (line, _FILL)])
        if value.shares:
            lines += [[], [("share of the talk", _SOFT)]]
        for name, share in value.shares:
            full = round(share * _SHARE)
            lines.append(
                [
                    (f"{share:4.0%} ".replace("%", " %"), _FILL),
                    ("█" * full, _BAR),
                    ("┄" * (_SHARE - full), _RAIL),
                    (f" {name}", _FILL),
                ]
            )
        return [row(width, line, fill=_FILL) for line in lines][:height]
