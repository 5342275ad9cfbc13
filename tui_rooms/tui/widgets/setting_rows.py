"""Settings, a line each: arrows choose a line and change its value, a click does both."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import clip, fit
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.settings.choices import CAPTIONS, SWITCH, Choice
from tui_rooms.tui.widgets.painted import Painted

_LABEL: Final = 27
_NOTED_FROM: Final = 60
"""Cells from which there is room to say when a change holds."""
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_FILL: Final = ink(palette.INK, palette.PANEL)
_CAPTION: Final = ink(palette.SOUND, palette.PANEL, bold=True)
_NEW: Final = ink(palette.LOUD, palette.PANEL, bold=True)
_CHOSEN: Final = ink(palette.INK, palette.CARD_CHOSEN, bold=True)
_CHOSEN_NEW: Final = ink(palette.LOUD, palette.CARD_CHOSEN, bold=True)
_ARROW: Final = ink(palette.SOUND, palette.CARD_CHOSEN, bold=True)


@dataclass(frozen=True, slots=True)
class Rows:
    """The settings, and which line is chosen."""

    choices: tuple[Choice, ...]
    at: int = 0

    def lines(self) -> "Iterator[int | str]":
        """From above: the number of a setting, a caption, or an empty line."""
        section = ""
        for number, choice in enumerate(self.choices):
            if choice.section != section:
                if section:
                    yield ""
                yield CAPTIONS[choice.section]
                section = choice.section
            yield number


class SettingRows(Painted[Rows], can_focus=True):
    """Posts what is wanted; whoever holds the settings shows the new values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "move(-8)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("home", "move(-1000)", show=False),
        Binding("end", "move(1000)", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("enter", "pick", show=False),
    ]

    class Stepped(Message):
        """Another value is wanted, so many places further."""

        def __init__(self, choice: Choice, by: int) -> None:
            super().__init__()
            self.choice = choice
            self.by = by

    class Picked(Message):
        """All values are to be seen, or one is to be written."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Moved(Message):
        """Another line is chosen."""

    @property
    def chosen(self) -> Choice:
        """The setting of the chosen line."""
        return self.value.choices[self.value.at]

    def paint(self, value: Rows, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        return [
            row(width, [(line, _CAPTION)], fill=_FILL)
            if isinstance(line, str)
            else _line(value.choices[line], width, chosen=line == value.at)
            for line in value.lines()
        ]

    def action_move(self, by: int) -> None:
        """Choose another line."""
        last = len(self.value.choices) - 1
        self._choose(min(last, max(0, self.value.at + by)))

    def action_step(self, by: int) -> None:
        """Another value; what is written is asked for."""
        if self.chosen.values:
            self.post_message(self.Stepped(self.chosen, by))
        else:
            self.action_pick()

    def action_pick(self) -> None:
        """See all values; a switch is only switched."""
        if self.chosen.values == SWITCH:
            self.action_step(1)
        else:
            self.post_message(self.Picked(self.chosen))

    def on_click(self, event: events.Click) -> None:
        """The next value of the line that was clicked on."""
        lines = list(self.value.lines())
        line = lines[event.y] if event.y < len(lines) else ""
        if isinstance(line, int):
            self._choose(line)
            self.action_pick()

    def _choose(self, number: int) -> None:
        self.show(replace(self.value, at=number))
        self.post_message(self.Moved())
        if isinstance(self.parent, Widget):
            y = list(self.value.lines()).index(number)
            # With the caption above it, where there is one.
            region = Region(0, max(0, y - 1), self.size.width, 2)
            self.parent.scroll_to_region(region, animate=False)


def _line(choice: Choice, width: int, *, chosen: bool) -> Strip:
    style, soft, new = (_CHOSEN, _ARROW, _CHOSEN_NEW) if chosen else (_FILL, _SOFT, _NEW)
    left, right = ("‹ ", " ›") if chosen else ("  ", "  ")
    noted = f" {choice.holds} " if choice.holds and width >= _NOTED_FROM else ""
    room = max(1, width - _LABEL - 6 - len(noted))
    pieces: list[Piece] = [
        ("*" if choice.is_new else " ", new),
        (fit(choice.label, _LABEL), style),
        (left, soft),
        (clip(choice.words, room), style),
        (right, soft),
    ]
    return row(width, pieces, [(noted, soft)] if noted else (), fill=style)
