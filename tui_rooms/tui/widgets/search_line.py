"""The line in which one writes what rooms are searched for; the list follows at once."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui_rooms.tui.widgets.line import Line

LONGEST = 200
"""Characters; the server takes no more."""


class SearchLine(Line):
    """Its changes are Textual's `Input.Changed`; arrows move in the list meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    class Stepped(Message):
        """Another room of the list is wanted."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self) -> None:
        super().__init__(
            placeholder="search: words of titles, descriptions and people's names",
            max_length=LONGEST,
            select_on_focus=False,
        )

    def action_step(self, by: int) -> None:
        """Up and down in the list."""
        self.post_message(self.Stepped(by))
