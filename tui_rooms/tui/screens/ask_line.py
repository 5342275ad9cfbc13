"""A question that one line answers."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt


class AskLine(Question[str | None]):
    """Answers with the line, without spaces around it; None when it was not answered."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(
        self, question: str, before: str, *, hint: str = "", limit: int = 500, secret: bool = False
    ) -> None:
        """
        Args:
            before: what stands there already.
            hint: shown while nothing does.
            limit: characters; the server has the last word.
            secret: whether what is written is not shown.
        """
        super().__init__()
        self._question = question
        self._before = before
        self._hint = hint
        self._limit = limit
        self._secret = secret

    def compose(self) -> ComposeResult:
        """The question, and a line to write."""
        with Vertical(classes="question"):
            yield Prompt(self._question)
            yield Line(
                self._before,
                placeholder=self._hint,
                max_length=self._limit,
                select_on_focus=True,
                password=self._secret,
            )
            yield Prompt("enter  use it     esc  leave it", soft=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.dismiss(event.value.strip())
