"""A question with a few answers."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.prompt import Prompt


class AskWhich(Question[int | None]):
    """Answers with the number of the chosen one, from 0; None when it was not answered."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, question: str, answers: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._question = question
        self._answers = answers
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        choices = Choices(self._answers, self._chosen, takes_clicks=True)
        choices.styles.height = len(self._answers)
        with Vertical(classes="question"):
            yield Prompt(self._question)
            yield Prompt("")
            with VerticalScroll(can_focus=False):
                yield choices
            yield Prompt("")
            yield Prompt("enter  this one     1-9  at once     esc  back", soft=True)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter."""
        message.stop()
        self.dismiss(message.chosen)

    def on_key(self, event: events.Key) -> None:
        """A digit takes that answer."""
        if event.key.isdecimal() and 0 < int(event.key) <= len(self._answers):
            event.stop()
            self.dismiss(int(event.key) - 1)
