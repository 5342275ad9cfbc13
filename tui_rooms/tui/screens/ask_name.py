"""What should the others call you?"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui_rooms.tui.widgets.prompt import Prompt

NAME_LIMIT = 40
"""As in the rules; the server has the last word."""


class AskName(ModalScreen[str | None]):
    """Answers with a name, or None when it stays as it is."""

    CSS_PATH = "question.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._before = name

    def compose(self) -> ComposeResult:
        """One line to write."""
        with Vertical(classes="question"):
            yield Prompt("Your name in rooms")
            yield Input(self._before, max_length=NAME_LIMIT, select_on_focus=True)
            yield Prompt("enter  use it     esc  leave it", soft=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """An empty name changes nothing."""
        event.stop()
        self.dismiss(event.value.strip() or None)
