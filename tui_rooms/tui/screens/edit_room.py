"""What the room is called and how it is reached: a form with how things are now."""

import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui_rooms.rules.room import Life, Room
from tui_rooms.rules.text import DESCRIPTION_LIMIT, TITLE_LIMIT
from tui_rooms.tui.model.here import now_here
from tui_rooms.tui.model.start_time import parse_start, told_start
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.wire.commands import UpdateRoom

_PRIVACY: Final = ("everyone on this server", "who has the link")
_KEEP, _REPLACE, _REMOVE = "keep it", "another one, written below", "none any more"


class EditRoom(Question[UpdateRoom | None]):
    """Answers with what is to be changed, and nothing else; None when nothing is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, room: Room, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells what time it is in the room, in seconds since the epoch."""
        super().__init__()
        self._room = room
        self._clock = clock

    def compose(self) -> ComposeResult:
        """A line or a choice each."""
        room = self._room
        with Vertical(classes="question form edit"):
            yield Prompt("What the room is called, and who may come")
            yield Prompt("title", soft=True)
            yield Line(room.title, max_length=TITLE_LIMIT, id="title")
            yield Prompt("more about it", soft=True)
            yield Line(
                # One line here; the lines of a longer text stay when they are not changed.
                _one_line(room.description),
                placeholder="(nothing)",
                max_length=DESCRIPTION_LIMIT,
                id="description",
            )
            if room.life is Life.SCHEDULED:
                starts = told_start(room.starts_at, now_here(self._clock)) if room.starts_at else ""
                yield Line(placeholder=f"starts {starts}; write another time", id="starts")
            yield Prompt("who finds it?  (tab, ↑ ↓)", soft=True)
            yield Choices(_PRIVACY, int(room.private), id="privacy")
            yield Prompt("password", soft=True)
            passwords = Choices(self._passwords, id="passwords")
            passwords.styles.height = len(self._passwords)
            yield passwords
            yield Line(placeholder="the new password", password=True, id="password")
            yield Prompt("enter  change it     esc  leave it", soft=True, id="end")

    @property
    def _passwords(self) -> Sequence[str]:
        if self._room.has_password:
            return (_KEEP, _REPLACE, _REMOVE)
        return ("none", _REPLACE)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Whoever writes a password wants it."""
        if event.input.id == "password" and event.value:
            self.query_one("#passwords", Choices).choose(1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line changes the room."""
        event.stop()
        self._answer()

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter on a choice changes the room."""
        message.stop()
        self._answer()

    def _answer(self) -> None:
        room = self._room
        title, description = self._written("title"), self._written("description")
        if not title:
            self._refuse("title", f"It needs a title of 1 to {TITLE_LIMIT} characters")
            return
        how = self._passwords[self.query_one("#passwords", Choices).chosen]
        password = self.query_one("#password", Input).value
        if how == _REPLACE and not password:
            self._refuse("password", "Write the new password")
            return
        starts_at = None
        if room.life is Life.SCHEDULED:
            try:
                starts_at = parse_start(self._written("starts"), now_here(self._clock))
            except ValueError as error:
                self._refuse("starts", str(error))
                return
        private = self.query_one("#privacy", Choices).chosen == 1
        changes = UpdateRoom(
            title=title if title != room.title else None,
            description=description if description != _one_line(room.description) else None,
            starts_at=starts_at,
            private=private if private != room.private else None,
            password={_REPLACE: password, _REMOVE: ""}.get(how),
        )
        self.dismiss(None if changes == UpdateRoom() else changes)

    def _refuse(self, name: str, sentence: str) -> None:
        self.query_one("#end", Prompt).refuse(sentence)
        self.query_one(f"#{name}", Input).focus()

    def _written(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
