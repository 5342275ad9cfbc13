"""Somebody by name: the server looks through everyone, also far back in a long audience."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Input

from tui_rooms.rules.room import Participant
from tui_rooms.rules.text import NAME_LIMIT
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.prompt import Prompt

_PAUSE: Final = 0.2
"""Seconds without a key before the server is asked."""


class FindPerson(Question[Participant | None]):
    """Answers with the person, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        # The arrows choose while one goes on writing.
        Binding("down", "step(1)", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
    ]

    def __init__(self, ask: Callable[[str], None]) -> None:
        """`ask` looks up who has a text in their name; `show_found` tells."""
        super().__init__()
        self._ask = ask
        self._people: tuple[Participant, ...] = ()
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """A line, and whom it finds."""
        with Vertical(classes="question find"):
            yield Prompt("Find somebody")
            yield Line(placeholder="a part of the name", max_length=NAME_LIMIT)
            with VerticalScroll(can_focus=False):
                yield Choices((), takes_clicks=True)
            yield Prompt("looking…", soft=True, id="count")
            yield Prompt("↑ ↓  enter  choose     esc  back", soft=True)

    def on_mount(self) -> None:
        """Everyone, before anything is written."""
        self._ask("")

    def show_found(self, text: str, people: tuple[Participant, ...], total: int) -> None:
        """Who was found; the answer to what was written before is over."""
        if text != self._text:
            return
        self._people = people
        choices = self.query_one(Choices)
        choices.offer(
            [f"{who.name}  ({who.role})" if who.role.on_stage else who.name for who in people]
        )
        choices.styles.height = len(people)
        words = "nobody here has that in their name" if not people else f"{total:,} in all"
        if total > len(people):
            words = f"the first {len(people)} of {total:,}; write more of the name"
        self.query_one("#count", Prompt).show(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask, once one pauses."""
        event.stop()
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(_PAUSE, lambda: self._ask(self._text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self._take()

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Enter, after a click."""
        message.stop()
        self._take()

    def action_step(self, by: int) -> None:
        """The next one, or the one before."""
        self.query_one(Choices).action_step(by)

    def _take(self) -> None:
        if self._people:
            self.dismiss(self._people[self.query_one(Choices).chosen])

    @property
    def _text(self) -> str:
        return self.query_one(Input).value.strip()
