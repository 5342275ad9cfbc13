"""Whatever opens over a place, and is answered or left."""

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widgets import Input

from tui_rooms.tui.screens.layered import Layered
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt

T = TypeVar("T")


class Question(ModalScreen[T], Layered[T]):
    """A frame in the middle; in a low window it does without free lines."""

    CSS_PATH = "question.tcss"
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-low"),
        (24, "-high"),
    ]

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame leaves the question, unless something may have been typed."""
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self and not self.query(Input):
            self.dismiss(None)

    def on_line_overfull(self, message: Line.Overfull) -> None:
        """Say it in the last line."""
        message.stop()
        self.query(Prompt).last().show(message.sentence)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Answer, once.

        A second key may have come before this screen was gone; Textual would then take the
        place below it away too.
        """
        return super().dismiss(result) if self.is_current else AwaitComplete()
