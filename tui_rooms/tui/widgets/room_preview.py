"""Beside the list of rooms: more about the chosen one."""

from typing import Final

from textual.strip import Strip

from tui_rooms.rules.life import Life
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import Piece, row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.values import LobbyRoom
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.INK, palette.PANEL)
_TITLE: Final = ink(palette.BRIGHT, palette.PANEL, bold=True)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAPTION: Final = ink(palette.SOFT, palette.PANEL, bold=True)
_HOST: Final = ink(palette.HOST, palette.PANEL)
_LIFE: Final = {
    Life.LIVE: ("● LIVE", palette.ALARM),
    Life.SCHEDULED: ("◷ UPCOMING", palette.SOUND),
    Life.BACKSTAGE: ("◌ BACKSTAGE: listeners wait until it goes live", palette.LOUD),
    Life.ENDED: ("■ ENDED", palette.SOFT),
}


class RoomPreview(Painted[LobbyRoom | None]):
    """Title, hosts, who is here, and what it is about; nothing without a room."""

    def paint(self, value: LobbyRoom | None, width: int, height: int) -> list[Strip]:
        """Draw it."""
        lines = [] if value is None else _lines(value, max(1, width - 4))
        strips = [row(width, [("  ", _FILL), *line], fill=_FILL) for line in lines]
        strips += [row(width, [], fill=_FILL)] * (height - len(strips))
        return strips[:height]


def _lines(room: LobbyRoom, width: int) -> list[list[Piece]]:
    badge, colour = _LIFE[room.life]
    lines: list[list[Piece]] = [[]]
    lines += [[(line, _TITLE)] for line in wrapped(room.title, width)]
    lines += [[(badge, ink(colour, palette.PANEL, bold=True))], []]
    if room.description:
        lines += [[(line, _FILL)] for line in wrapped(room.description, width)] + [[]]
    lines += [[("HOSTED BY", _CAPTION)], [(room.host, _HOST)], []]
    people = "1 person" if room.people == 1 else f"{room.people:,} people"
    lines.append([("HERE NOW", _CAPTION), (f"  {people}", _SOFT)])
    lines += [[(name, _FILL)] for name in room.speakers if name != room.host]
    unnamed = room.people - len({room.host, *room.speakers})
    if unnamed > 0:
        lines.append([(f"and {unnamed:,} more", _SOFT)])
    # Only once there is a room to draw: the first picture has none.
    from tui_rooms.rules.room_types import ROOM_TYPES

    kind = ROOM_TYPES.get(room.room_type)
    lines += [[], [("TALKING", _CAPTION)]]
    lines += [[(line, _FILL)] for line in wrapped(kind.summary if kind else room.room_type, width)]
    return lines
