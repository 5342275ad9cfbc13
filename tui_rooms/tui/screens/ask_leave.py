"""The only host wants to go: leave the room to the others, or end it?"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.prompt import Prompt


class AskLeave(Question[str | None]):
    """Answers "leave", "end", or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("l", "dismiss('leave')", show=False),
        Binding("e", "dismiss('end')", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Two answers."""
        with Vertical(classes="question"):
            yield Prompt("You are the only host here")
            yield Prompt("")
            yield Choices(
                ["leave: the room goes on without you  (l)", "end for all  (e)"], takes_clicks=True
            )
            yield Prompt("enter  do it     esc  stay", soft=True)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter takes the marked answer."""
        message.stop()
        self.dismiss(("leave", "end")[message.chosen])
