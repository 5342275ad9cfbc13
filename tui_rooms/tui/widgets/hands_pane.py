"""Who waits: the queue of hands, invitations and requests, with the time that they have waited."""

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.told_apart import clip_called
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAPTION: Final = ink(palette.LOUD, palette.PANEL, bold=True)
_CHOSEN: Final = ink(palette.INK, palette.CARD_CHOSEN, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A line of it."""

    identity: str
    mark: str
    """Place in the queue, or what kind of wish it is."""
    name: str
    words: str
    """How long they wait, or what is going on."""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """All of it."""

    hands: int = 0
    rows: tuple[QueueRow, ...] = ()
    hint: str = ""
    """What to know about hands here, such as that they are closed."""


class HandsPane(Sheet[Queue], can_focus=True):
    """Arrows or a click choose a person, whom the actions are about then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    class Picked(Message):
        """Somebody in the queue was chosen."""

        def __init__(self, identity: str) -> None:
            super().__init__()
            self.identity = identity

    def paint(self, value: Queue, width: int, height: int) -> list[Strip]:
        """Draw caption, queue and hint."""
        mark = "▸" if self.has_focus else "↑"
        hint = [
            row(width, [(f" {line}", _SOFT)], fill=_FILL)
            for line in (wrapped(value.hint, max(1, width - 2)) if value.hint else ())
        ]
        room = max(0, height - 1 - len(hint))
        first = self._first(value, room)
        hidden = max(0, len(value.rows) - room)
        lines = [
            row(
                width,
                [(f" {mark} HANDS ", _CAPTION), (f" {value.hands}", _SOFT)],
                # Else a request below the last line would never be seen.
                [(f"{hidden} more, ↑ ↓ ", _CAPTION)] if hidden else (),
                fill=_FILL,
            )
        ]
        for one in value.rows[first : first + room]:
            ground = palette.CARD_CHOSEN if one.chosen else palette.PANEL
            fill = ink(palette.INK, ground)
            name = clip_called(one.name, max(1, width - 7 - width_of(one.words)))
            lines.append(
                row(
                    width,
                    [
                        ("▌" if one.chosen else " ", ink(palette.SOUND, ground, bold=True)),
                        (f"{one.mark:<3}", ink(palette.LOUD, ground, bold=True)),
                        (name, _CHOSEN if one.chosen else _FILL),
                    ],
                    [(f"  {one.words} ", ink(palette.SOFT, ground))],
                    fill=fill,
                )
            )
        return (lines + hint)[:height]

    def action_step(self, by: int) -> None:
        """Choose the next, or the one before."""
        rows = self.value.rows
        if rows:
            here = next((n for n, one in enumerate(rows) if one.chosen), -by if by > 0 else 1)
            there = min(len(rows) - 1, max(0, here + by))
            self.post_message(self.Picked(rows[there].identity))

    def on_click(self, event: events.Click) -> None:
        """Choose who is there."""
        room = self.size.height - 1
        number = event.y - 1 + self._first(self.value, room)
        if event.y > 0 and number < len(self.value.rows):
            self.post_message(self.Picked(self.value.rows[number].identity))

    def on_focus(self) -> None:
        """Show where the keys go."""
        self._again()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self._again()

    @staticmethod
    def _first(value: Queue, room: int) -> int:
        """The first row that is seen, so that the chosen one is."""
        chosen = next((n for n, one in enumerate(value.rows) if one.chosen), 0)
        return max(0, min(chosen - room + 1, len(value.rows) - room)) if room else 0

    def _again(self) -> None:
        self._lines = self._paint()
        self.refresh()
