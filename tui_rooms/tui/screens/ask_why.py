"""A reason, and for how long: before somebody is sent out, kept out or reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui_rooms.rules.text import REASON_LIMIT
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Reason:
    """The answer."""

    words: str
    choice: int = 0
    """Which of the choices, from 0."""


class AskWhy(Question[Reason | None]):
    """Answers None when it is not to be done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(
        self, question: str, deed: str, *, choices: Sequence[str] = (), needed: bool = False
    ) -> None:
        """
        Args:
            question: it names the person.
            deed: what Enter does, in one word.
            choices: for how long, say.
            needed: whether there must be a reason.
        """
        super().__init__()
        self._question = question
        self._deed = deed
        self._choices = choices
        self._needed = needed

    def compose(self) -> ComposeResult:
        """A line, and choices below."""
        with Vertical(classes="question"):
            yield Prompt(self._question)
            yield Line(
                placeholder="Why?" if self._needed else "Why? (may stay empty)",
                max_length=REASON_LIMIT,
            )
            if self._choices:
                choices = Choices(self._choices)
                choices.styles.height = len(self._choices)
                yield choices
            yield Prompt(f"enter  {self._deed}     esc  leave it", soft=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self._answer()

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter on a choice."""
        message.stop()
        self._answer()

    def _answer(self) -> None:
        words = self.query_one(Input).value.strip()
        if self._needed and not words:
            self.query_one(Input).placeholder = "It needs a reason"
            return
        choice = self.query_one(Choices).chosen if self._choices else 0
        self.dismiss(Reason(words, choice))
