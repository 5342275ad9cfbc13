"""The rooms of a server, to choose one."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_rooms.rules.life import Life
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import shown
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.here import now_here
from tui_rooms.tui.model.start_time import told_start
from tui_rooms.tui.model.values import LobbyRoom

ENTRY: Final = 3
"""Lines of a room: its title, its facts, and a free one."""
_FILL: Final = ink(palette.INK)
_LIFE: Final = {
    Life.LIVE: ("● LIVE", palette.ALARM),
    Life.SCHEDULED: ("◷ UPCOMING", palette.SOUND),
    Life.BACKSTAGE: ("◌ BACKSTAGE", palette.LOUD),
    Life.ENDED: ("■ ENDED", palette.SOFT),
}
_NAMED: Final = 3
"""People on the stage who are named."""


class RoomList(ScrollView, can_focus=True):
    """One room is chosen, by arrows or mouse; Enter or a click on the chosen one opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", show=False),
        Binding("down,j", "step(1)", show=False),
        Binding("home", "step(-1000)", show=False),
        Binding("end", "step(1000)", show=False),
    ]

    class Opened(Message):
        """Somebody wants to go into this room."""

        def __init__(self, room_id: str) -> None:
            super().__init__()
            self.room_id = room_id

    class Marked(Message):
        """The mark is on another room."""

    class Ended(Message):
        """The end of the list is near the mark, or to be seen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rooms: tuple[LobbyRoom, ...] = ()
        self._chosen: str | None = None
        self._tail = ""
        self._clock: Callable[[], float] = time.time

    @property
    def chosen(self) -> LobbyRoom | None:
        """The room under the mark."""
        return next((room for room in self._rooms if room.room_id == self._chosen), None)

    def show(
        self,
        rooms: tuple[LobbyRoom, ...],
        tail: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Draw other rooms; the mark stays on its room while there is one.

        Args:
            tail: a line below the last one.
            clock: tells what time it is where they are.
        """
        self._clock = clock
        if (rooms, tail) == (self._rooms, self._tail):
            return
        place = self._place()
        self._rooms, self._tail = rooms, tail
        if self.chosen is None:
            self._chosen = rooms[min(place, len(rooms) - 1)].room_id if rooms else None
        self._measure()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the window, exactly as wide as the widget."""
        width = self.size.width
        number, line = divmod(y + self.scroll_offset.y, ENTRY)
        if number == len(self._rooms) and line == 0 and self._tail:
            return row(width, [(f"   {self._tail}", ink(palette.SOFT))], fill=_FILL)
        if number >= len(self._rooms) or line == ENTRY - 1:
            return row(width, [], fill=_FILL)
        room = self._rooms[number]
        chosen = room.room_id == self._chosen
        ground = palette.CARD_CHOSEN if chosen else palette.GROUND
        fill = ink(palette.INK, ground)
        bar: Piece = ("▌ " if chosen else "  ", ink(palette.SOUND, ground, bold=True))
        if line == 0:
            left, right = _title_line(room, ground, chosen=chosen, now=now_here(self._clock))
        else:
            left, right = _facts_line(room, ground)
        margin = row(1, [], fill=_FILL)
        return Strip.join([margin, row(width - 2, [bar, *left], right, fill=fill), margin])

    def action_step(self, by: int) -> None:
        """Move the mark."""
        if self._rooms:
            self._choose(min(len(self._rooms) - 1, max(0, self._place() + by)))

    def action_open(self) -> None:
        """Go into the chosen room."""
        if self._chosen is not None:
            self.post_message(self.Opened(self._chosen))

    def on_click(self, event: events.Click) -> None:
        """The first click chooses, a click on the chosen room opens it."""
        number = (event.y + self.scroll_offset.y) // ENTRY
        if number >= len(self._rooms):
            return
        if self._rooms[number].room_id == self._chosen:
            self.action_open()
        else:
            self._choose(number)

    def on_resize(self, event: events.Resize) -> None:
        """The same lines in another width."""
        self._measure()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled, by wheel or mark."""
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y - ENTRY:
            self.post_message(self.Ended())

    def _measure(self) -> None:
        self.virtual_size = Size(
            self.size.width, len(self._rooms) * ENTRY + (1 if self._tail else 0)
        )

    def _place(self) -> int:
        ids = [room.room_id for room in self._rooms]
        return ids.index(self._chosen) if self._chosen in ids else 0

    def _choose(self, number: int) -> None:
        self._chosen = self._rooms[number].room_id
        self.post_message(self.Marked())
        if number >= len(self._rooms) - 1:
            self.post_message(self.Ended())
        self.refresh()
        is_last = number == len(self._rooms) - 1
        height = ENTRY + 1 if is_last and self._tail else ENTRY
        region = Region(0, number * ENTRY, self.size.width, height)
        self.scroll_to_region(region, animate=False, force=True)


def _title_line(
    room: LobbyRoom, ground: str, *, chosen: bool, now: datetime
) -> tuple[list[Piece], list[Piece]]:
    badge, colour = _LIFE[room.life]
    title = ink(palette.BRIGHT if chosen else palette.INK, ground, bold=True)
    people = "1 person" if room.people == 1 else f"{room.people:,} people"
    if room.life is Life.SCHEDULED and room.starts_at is not None:
        people = told_start(room.starts_at, now)
    if room.life is Life.ENDED:
        people = "" if room.ended_at is None else told_start(room.ended_at, now)
    lock = "  with password" if room.has_password else ""
    lock = f"  {room.closed}" if room.closed else lock
    return (
        [
            (badge, ink(colour, ground, bold=True)),
            ("  ", title),
            (room.title, title),
            (lock, ink(palette.LOUD, ground)),
        ],
        [(f"  {people} ", ink(palette.INK, ground))],
    )


def _facts_line(room: LobbyRoom, ground: str) -> tuple[list[Piece], list[Piece]]:
    soft = ink(palette.SOFT, ground)
    left: list[Piece] = [("hosted by ", soft), (room.host, ink(palette.HOST, ground))]
    others = [name for name in room.speakers if name != room.host][:_NAMED]
    if others:
        left.append((f" · with {', '.join(shown(name) for name in others)}", soft))
    # Only once there is a room to draw: the first picture has none.
    from tui_rooms.rules.room_types import ROOM_TYPES

    kind = ROOM_TYPES.get(room.room_type)
    summary = kind.summary if kind else room.room_type
    return left, [(f"  {summary} ", soft)]
