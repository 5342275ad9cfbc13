"""A new room: its title, and who may talk."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.prompt import Prompt

TITLE_LIMIT = 80
"""As in the rules; the server has the last word."""
OFFERED: Final = ("open_mic", "audio_room")


class NewRoom(Question[tuple[str, str] | None]):
    """Answers with a title and a room type, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Two questions."""
        with Vertical(classes="question"):
            yield Prompt("Open a room; it goes live at once")
            yield Input(placeholder="What is it about?", max_length=TITLE_LIMIT)
            yield Prompt("Who may talk?  (tab, ↑ ↓)", soft=True)
            yield Choices([ROOM_TYPES[name].summary for name in OFFERED])
            yield Prompt("enter  open it     esc  back", soft=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the title opens the room."""
        event.stop()
        self._open()

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter on a choice opens the room."""
        message.stop()
        self._open()

    def _open(self) -> None:
        title = self.query_one(Input)
        if not title.value.strip():
            title.placeholder = "It needs a title of 1 to 80 characters"
            title.focus()
            return
        self.dismiss((title.value.strip(), OFFERED[self.query_one(Choices).chosen]))
