"""A few centred lines where there is nothing else to show: what it means, and what to do."""

from typing import Final, NamedTuple

from rich.segment import Segment

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import line
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.wrapping import wrapped

_TITLE: Final = ink(palette.INK, bold=True)
_ALARM: Final = ink(palette.ALARM, bold=True)
_LINE: Final = ink(palette.SOFT)
_WIDEST: Final = 64


class Placarded(NamedTuple):
    """What it says."""

    title: str
    lines: tuple[str, ...] = ()
    alarm: bool = False


def placard(value: Placarded, width: int, height: int) -> list[list[Segment]]:
    """Title and lines, wrapped at words, in the middle of their place."""
    room = max(1, min(_WIDEST, width - 4))
    texts = [(text, _ALARM if value.alarm else _TITLE) for text in wrapped(value.title, room)]
    for words in value.lines:
        texts.append(("", _LINE))
        texts += [(text, _LINE) for text in wrapped(words, room)]
    blank = line(width, [], fill=_LINE)
    lines = [blank] * max(0, (height - len(texts)) // 3)
    for text, style in texts:
        indent = max(0, (width - width_of(text)) // 2)
        lines.append(line(width, [(" " * indent, _LINE), (text, style)], fill=_LINE))
    lines += [blank] * (height - len(lines))
    return lines[:height]
