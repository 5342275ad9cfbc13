"""A few centred lines where there is nothing else to show: what it means, and what to do."""

from typing import Final, NamedTuple

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.widgets.painted import Painted

_TITLE: Final = ink(palette.INK, bold=True)
_ALARM: Final = ink(palette.ALARM, bold=True)
_LINE: Final = ink(palette.SOFT)
_WIDEST: Final = 64


class Placarded(NamedTuple):
    """What it says."""

    title: str
    lines: tuple[str, ...] = ()
    alarm: bool = False


class Placard(Painted[Placarded]):
    """Title and lines, wrapped at words, in the middle of its place."""

    def paint(self, value: Placarded, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        room = max(1, min(_WIDEST, width - 4))
        lines = [(line, _ALARM if value.alarm else _TITLE) for line in wrapped(value.title, room)]
        for text in value.lines:
            lines.append(("", _LINE))
            lines += [(line, _LINE) for line in wrapped(text, room)]
        above = max(0, (height - len(lines)) // 3)
        strips = [row(width, [], fill=_LINE)] * above
        for text, style in lines:
            indent = max(0, (width - width_of(text)) // 2)
            strips.append(row(width, [(" " * indent, _LINE), (text, style)], fill=_LINE))
        strips += [row(width, [], fill=_LINE)] * (height - len(strips))
        return strips[:height]
