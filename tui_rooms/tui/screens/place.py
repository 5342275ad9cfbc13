"""What the lobby and the room have in common: a key bar, notices, help, and a smallest size."""

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from tui_rooms.tui.values import Key
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.notice_bar import STAYS, NoticeBar
from tui_rooms.tui.widgets.placard import Placard, Placarded

SMALLEST: Final = (60, 20)
"""Columns and rows that a place needs."""

HELP_KEY: Final = Key("question_mark", "help", "help", label="?", explained="show these keys")


class Place(Screen[None]):
    """Somewhere to be. Subclasses add their parts in `compose_place` and say which keys work."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "help", show=False)]
    TITLE_OF_HELP = "Keys"

    def __init__(self) -> None:
        super().__init__()
        self._notice_ends: Timer | None = None

    def compose(self) -> ComposeResult:
        """The place's parts, and what every place has."""
        yield from self.compose_place()
        yield NoticeBar("")
        yield KeyBar(self.keys())
        yield Placard(Placarded(""), id="too-small")

    def compose_place(self) -> ComposeResult:
        """The parts of this place."""
        raise NotImplementedError

    def keys(self) -> tuple[Key, ...]:
        """What can be done now, the most important first; the way out and help last."""
        raise NotImplementedError

    def update_keys(self) -> None:
        """Something has changed that decides which keys work."""
        if self.is_mounted:
            self.query_one(KeyBar).show(self.keys())

    def notice(self, sentence: str) -> None:
        """Show a sentence for a while."""
        if self._notice_ends is not None:
            self._notice_ends.stop()
        bar = self.query_one(NoticeBar)
        bar.tell(sentence)
        if sentence:
            self._notice_ends = self.set_timer(STAYS, lambda: bar.tell(""))

    def action_help(self) -> None:
        """List the keys of this place."""
        from tui_rooms.tui.screens.help import Help

        self.app.push_screen(Help(self.TITLE_OF_HELP, self.all_keys()))

    def all_keys(self) -> tuple[Key, ...]:
        """The keys for the help."""
        return self.keys()

    async def on_key_bar_clicked(self, message: KeyBar.Clicked) -> None:
        """A click on a key does what the key does."""
        message.stop()
        await self.run_action(message.action)

    def on_resize(self, event: events.Resize) -> None:
        """Below the smallest size there is only a sentence that says so."""
        bar = self.query_one(NoticeBar)
        bar.tell(bar.value)
        columns, rows = SMALLEST
        width, height = event.size
        small = width < columns or height < rows
        self.set_class(small, "-small")
        if small:
            self.query_one("#too-small", Placard).show(
                Placarded(
                    "This window is too small",
                    (
                        f"It has {width}×{height} cells; tui-rooms needs {columns}×{rows}. "
                        "Make it larger.",
                    ),
                )
            )
