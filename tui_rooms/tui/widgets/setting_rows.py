"""Settings, a line each: arrows choose a line and change its value, a click does both."""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import Piece, row
from tui_rooms.tui.settings.choices import Choice
from tui_rooms.tui.widgets.painted import Painted

_LABEL: Final = 28
_NOTED_FROM: Final = 60
"""Cells from which there is room to say when a change holds."""
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_FILL: Final = ink(palette.INK, palette.PANEL)
_CHOSEN: Final = ink(palette.INK, palette.CARD_CHOSEN, bold=True)
_ARROW: Final = ink(palette.SOUND, palette.CARD_CHOSEN, bold=True)


@dataclass(frozen=True, slots=True)
class Rows:
    """The settings, and which line is chosen."""

    choices: tuple[Choice, ...]
    at: int = 0


class SettingRows(Painted[Rows], can_focus=True):
    """Posts `Stepped`; whoever holds the settings shows the new values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right,enter,space", "step(1)", show=False),
    ]

    class Stepped(Message):
        """Another value is wanted, so many places further."""

        def __init__(self, choice: Choice, by: int) -> None:
            super().__init__()
            self.choice = choice
            self.by = by

    def paint(self, value: Rows, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        return [
            _line(choice, width, chosen=number == value.at)
            for number, choice in enumerate(value.choices)
        ]

    def action_move(self, by: int) -> None:
        """Choose another line."""
        last = len(self.value.choices) - 1
        self.show(replace(self.value, at=min(last, max(0, self.value.at + by))))

    def action_step(self, by: int) -> None:
        """Another value."""
        self.post_message(self.Stepped(self.value.choices[self.value.at], by))

    def on_click(self, event: events.Click) -> None:
        """The next value of the line that was clicked on."""
        if event.y < len(self.value.choices):
            self.show(replace(self.value, at=event.y))
            self.action_step(1)


def _line(choice: Choice, width: int, *, chosen: bool) -> Strip:
    style, soft = (_CHOSEN, _ARROW) if chosen else (_FILL, _SOFT)
    left, right = ("‹ ", " ›") if chosen else ("  ", "  ")
    pieces: list[Piece] = [
        (fit(choice.label, _LABEL), style),
        (left, soft),
        (choice.words, style),
        (right, soft),
    ]
    noted = choice.holds and width >= _NOTED_FROM
    return row(width, pieces, [(f"{choice.holds} ", soft)] if noted else (), fill=style)
