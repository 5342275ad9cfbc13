"""All values of a setting: each is tried as the mark passes; Enter keeps one, escape none."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.settings.choices import Choice
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.test_meter import TestMeter, Trial

TICK: Final = 0.1
KEYS: Final = (
    Key("enter", "this one", "take", ""),
    Key("h", "hear yourself", "hear", ""),
    Key("esc", "as it was", "back", ""),
)


class Pick(Question[Any]):
    """Answers with the value; None when it is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("h", "hear", show=False),
    ]

    def __init__(
        self,
        choice: Choice,
        *,
        tried: Callable[[Any], None],
        trial: Callable[[], Trial] | None = None,
        hear: Callable[[], None] | None = None,
    ) -> None:
        """
        Args:
            tried: takes each value that the mark comes to.
            trial: what the microphone hears, for devices.
            hear: begins or ends hearing oneself, for devices.
        """
        super().__init__()
        self.choice = choice
        self._tried = tried
        self._trial = trial
        self._hear = hear

    def compose(self) -> ComposeResult:
        """The values, and for devices a meter."""
        ring = self.choice.ring
        choices = Choices([self._said(value) for value in ring], ring.index(self.choice.value))
        choices.styles.height = len(ring)
        with Vertical(classes="question pick"):
            yield Prompt(self.choice.label.capitalize())
            with VerticalScroll(can_focus=False):
                yield choices
            if self._trial is not None:
                yield TestMeter(self._trial())
            yield KeyBar(tuple(key for key in KEYS if key.action != "hear" or self._hear))

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Choices).focus()
        if self._trial is not None:
            self.set_interval(TICK, self._tick)

    @property
    def value(self) -> Any:
        """The one under the mark."""
        return self.choice.ring[self.query_one(Choices).chosen]

    def show(self, choice: Choice) -> None:
        """There are other values now; the mark stays."""
        here = self.value
        self.choice = choice
        ring = choice.ring
        choices = self.query_one(Choices)
        choices.styles.height = len(ring)
        at = ring.index(here) if here in ring else ring.index(choice.value)
        choices.offer([self._said(value) for value in ring], at)

    def on_choices_moved(self, message: Choices.Moved) -> None:
        """Try it."""
        message.stop()
        self._tried(self.value)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Keep it."""
        message.stop()
        self.dismiss(self.value)

    async def on_key_bar_clicked(self, message: KeyBar.Clicked) -> None:
        """A click on a key does what the key does."""
        message.stop()
        await self.run_action(message.action)

    def action_take(self) -> None:
        """Keep it."""
        self.dismiss(self.value)

    def action_back(self) -> None:
        """As it was."""
        self.dismiss(None)

    def action_hear(self) -> None:
        """Hear oneself on the device under the mark."""
        if self._hear is not None:
            self._hear()

    def _said(self, value: Any) -> str:
        words = self.choice.said(value)
        return words if value in self.choice.values else f"{words} (not here now)"

    def _tick(self) -> None:
        if self._trial is not None:
            self.query_one(TestMeter).show(self._trial())
