"""One line to write in: the same everywhere, and a paste goes in as far as it fits."""

from typing import Any

from textual import events
from textual.message import Message
from textual.widgets import Input

from tui_rooms.tui.model.pasted import on_one_line, without_controls


class Line(Input):
    """Textual's takes the first line of a paste only, and nothing of what is too long."""

    class Overfull(Message):
        """A part of a paste did not fit."""

        def __init__(self, left_out: int, limit: int) -> None:
            super().__init__()
            self.sentence = did_not_fit(left_out, limit)

    def __init__(self, value: str = "", **options: Any) -> None:
        """See `Input` for the options."""
        super().__init__(value, **options)

    def on_paste(self, event: events.Paste) -> None:
        """All its lines as one, in place of what is selected."""
        event.stop()
        event.prevent_default()  # Textual's own way
        text = on_one_line(without_controls(event.text))
        start, end = sorted(self.selection)
        if self.max_length:
            room = max(0, self.max_length - len(self.value) + end - start)
            if len(text) > room:
                self.post_message(self.Overfull(len(text) - room, self.max_length))
                text = text[:room]
        self.replace(text, start, end)


def did_not_fit(left_out: int, limit: int) -> str:
    """What is said of a paste that was too long."""
    those = "1 character" if left_out == 1 else f"{left_out:,} characters"
    return f"{those} did not fit: there is room for {limit:,}"
