"""A new room, now or later: what it is about, who may talk, and who may come."""

import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.rules.text import DESCRIPTION_LIMIT, TITLE_LIMIT
from tui_rooms.tui.model.here import now_here
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.start_time import HINT, parse_start
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt

OFFERED: Final = ("open_mic", "audio_room", "town_hall")


class NewRoom(Question[RoomPlan | None]):
    """Answers with a plan, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells what time it is where the room will be, in seconds since the epoch."""
        super().__init__()
        self._clock = clock

    def compose(self) -> ComposeResult:
        """A line or a choice each."""
        with Vertical(classes="question form"):
            yield Prompt("Open a room, now or later")
            yield Line(placeholder="What is it about?", max_length=TITLE_LIMIT, id="title")
            yield Prompt("Who may talk?  (tab, ↑ ↓)", soft=True)
            types = Choices(
                [ROOM_TYPES[name].summary.partition(";")[0] for name in OFFERED], id="types"
            )
            types.styles.height = len(OFFERED)
            yield types
            yield Prompt("Who finds it?", soft=True)
            yield Choices(["everyone on this server", "who has the link"], id="privacy")
            yield Line(placeholder=f"starts {HINT}", id="starts")
            yield Line(
                placeholder="more about it (may stay empty)",
                max_length=DESCRIPTION_LIMIT,
                id="description",
            )
            yield Line(placeholder="password (may stay empty)", password=True, id="password")
            yield Prompt("enter  open it     esc  back", soft=True, id="end")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line opens the room."""
        event.stop()
        self._open()

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter on a choice opens the room."""
        message.stop()
        self._open()

    def _open(self) -> None:
        title = self.query_one("#title", Input)
        if not title.value.strip():
            title.placeholder = f"It needs a title of 1 to {TITLE_LIMIT} characters"
            title.focus()
            return
        try:
            starts_at = parse_start(self._written("starts"), now_here(self._clock))
        except ValueError as error:
            self.query_one("#end", Prompt).refuse(str(error))
            self.query_one("#starts", Input).focus()
            return
        self.dismiss(
            RoomPlan(
                title=title.value.strip(),
                room_type=OFFERED[self.query_one("#types", Choices).chosen],
                description=self._written("description"),
                starts_at=starts_at,
                private=self.query_one("#privacy", Choices).chosen == 1,
                password=self._written("password") or None,
            )
        )

    def _written(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()
