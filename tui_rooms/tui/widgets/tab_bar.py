"""Tabs: the lists of the lobby, and the panes of a narrow room."""

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing.tabs import Tabs, tab_line
from tui_rooms.tui.widgets.painted import Painted


class TabBar(Painted[Tabs]):
    """A click goes to a tab."""

    class Picked(Message):
        """That one."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def paint(self, value: Tabs, width: int, height: int) -> list[Strip]:
        """Draw the line."""
        return [Strip(tab_line(value, width), width)]

    def on_click(self, event: events.Click) -> None:
        """Which one is there?"""
        number = self.value.at(event.x)
        if number is not None:
            self.post_message(self.Picked(number))
