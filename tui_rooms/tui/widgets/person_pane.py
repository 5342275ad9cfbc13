"""The chosen person: who they are, and their share of the talk. Without one, the room."""

from dataclasses import dataclass
from typing import Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.told_apart import clip_called
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAPTION: Final = ink(palette.HOST, palette.PANEL, bold=True)
_BAR: Final = ink(palette.SOUND, palette.PANEL)
_RAIL: Final = ink(palette.FAINT, palette.PANEL)
_SHARE_CELLS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the pane says."""

    name: str
    words: tuple[str, ...] = ()
    """Lines about them."""
    share: float | None = None
    """Of all talk, from 0 to 1; None for those who do not stand on the stage."""


class PersonPane(Sheet[Facts]):
    """Nothing is shown without a name."""

    def paint(self, value: Facts, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        if not value.name:
            return []
        lines: list[list[Piece]] = [
            [(" ◆ ", _CAPTION), (clip_called(value.name, max(1, width - 3)), _CAPTION)]
        ]
        lines += [[(f" {line}", _SOFT)] for line in value.words]
        if value.share is not None:
            full = round(value.share * _SHARE_CELLS)
            lines.append(
                [
                    (" talk share ", _SOFT),
                    ("█" * full, _BAR),
                    ("┄" * (_SHARE_CELLS - full), _RAIL),
                    (f" {value.share:.0%}".replace("%", " %"), _FILL),
                ]
            )
        return [row(width, line, fill=_FILL) for line in lines][:height]
