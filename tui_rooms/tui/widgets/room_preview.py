"""More about the chosen room, beside the list or over it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from textual.strip import Strip

from tui_rooms.rules.life import Life
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.model.here import now_here
from tui_rooms.tui.model.start_time import told_distance, told_start
from tui_rooms.tui.model.values import LobbyRoom, Previewed
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_TITLE: Final = ink(palette.BRIGHT, palette.PANEL, bold=True)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_LOUD: Final = ink(palette.LOUD, palette.PANEL)
_CAPTION: Final = ink(palette.SOFT, palette.PANEL, bold=True)
_HOST: Final = ink(palette.HOST, palette.PANEL)
_LIFE: Final = {
    Life.LIVE: ("● LIVE", palette.ALARM),
    Life.SCHEDULED: ("◷ UPCOMING", palette.SOUND),
    Life.BACKSTAGE: ("◌ BACKSTAGE", palette.LOUD),
    Life.ENDED: ("■ ENDED", palette.SOFT),
}


class RoomPreview(Sheet[Previewed | None]):
    """Title, when, hosts, who is here, and what it is about; nothing without a room."""

    def paint(self, value: Previewed | None, width: int, height: int) -> list[Strip]:
        """Draw it."""
        lines = [] if value is None else _lines(value, max(1, width - 4))
        return [row(width, [("  ", _FILL), *line], fill=_FILL) for line in lines][:height]

    def paint_again(self) -> None:
        """Time has passed."""
        value = self.value
        self.show(None)
        self.show(value)


def _lines(value: Previewed, width: int) -> Iterator[list[Piece]]:
    room = value.room
    badge, colour = _LIFE[room.life]
    yield []
    for line in wrapped(room.title, width):
        yield [(line, _TITLE)]
    yield [(badge, ink(colour, palette.PANEL, bold=True))]
    for line in _when(room, now_here(value.clock)):
        yield [(line, _FILL)]
    for line in _conditions(room):
        yield from ([(part, _LOUD)] for part in wrapped(line, width))
    if room.description:
        yield []
        for line in wrapped(room.description, width):
            yield [(line, _FILL)]
    yield []
    yield [("HOSTED BY", _CAPTION)]
    yield [(room.host, _HOST)]
    if room.life in (Life.LIVE, Life.BACKSTAGE) or room.people:
        yield []
        yield [("HERE NOW", _CAPTION)]
        for line in wrapped(value.sentence or _counted(room), width):
            yield [(line, _FILL)]
        others = [name for name in room.speakers if name != room.host]
        if others and not value.sentence:
            yield []
            yield [("ON STAGE", _CAPTION)]
            for line in wrapped(", ".join(others), width):
                yield [(line, _FILL)]
    # Only once there is a room to draw: the first picture has none.
    from tui_rooms.rules.room_types import ROOM_TYPES

    kind = ROOM_TYPES.get(room.room_type)
    yield []
    yield [("TALKING", _CAPTION)]
    for line in wrapped(kind.summary if kind else room.room_type, width):
        yield [(line, _SOFT)]


def _counted(room: LobbyRoom) -> str:
    return "1 person" if room.people == 1 else f"{room.people:,} people"


def _when(room: LobbyRoom, now: datetime) -> Iterator[str]:
    """When it was, is or will be, in the zone of this machine."""
    what, moment = {
        Life.SCHEDULED: ("starts", room.starts_at),
        Life.BACKSTAGE: ("starts", room.starts_at),
        Life.LIVE: ("on air since", room.live_since),
        Life.ENDED: ("ended", room.ended_at),
    }[room.life]
    if moment is not None:
        yield f"{what} {told_start(moment, now)}"
        yield told_distance(moment, now)


def _conditions(room: LobbyRoom) -> Iterator[str]:
    if room.life is Life.BACKSTAGE:
        yield "listeners wait until it goes live"
    if room.private:
        yield "private: only who has the link finds it"
    if room.has_password:
        yield "with a password"
    if room.closed:
        yield f"{room.closed}: whoever is in it may come back"
