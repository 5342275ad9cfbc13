"""Are you sure? For what cannot be taken back; it names whom or what it is about."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.prompt import Prompt


class AskSure(Question[bool]):
    """Answers True to do it; the first answer is not to, and a key of its own is for doing it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", show=False),
        Binding("y", "dismiss(True)", show=False),
    ]

    def __init__(self, question: str, deed: str) -> None:
        """`deed`: what is done, in a few words."""
        super().__init__()
        self._question = question
        self._deed = deed

    def compose(self) -> ComposeResult:
        """Two answers."""
        with Vertical(classes="question"):
            yield Prompt(self._question)
            yield Prompt("")
            yield Choices(
                ["no, leave it as it is  (n)", f"yes, {self._deed}  (y)"], takes_clicks=True
            )
            yield Prompt("enter  the marked one     esc  leave it", soft=True)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter takes the marked answer."""
        message.stop()
        self.dismiss(message.chosen == 1)
