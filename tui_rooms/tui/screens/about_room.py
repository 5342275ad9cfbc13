"""About one room, for windows that have no room for it beside the list."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from tui_rooms.rules.life import Life
from tui_rooms.tui.model.values import Key, Previewed
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.room_preview import RoomPreview

JOIN: Final = Key("enter", "join", "join", "")
BACK: Final = Key("esc", "back", "back", "")


class AboutRoom(Question[bool]):
    """Answers whether one wants to go in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "back", show=False),
        Binding("enter", "join", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(self, previewed: Previewed) -> None:
        super().__init__()
        self._previewed = previewed

    @property
    def room_id(self) -> str:
        """Of the room that it is about."""
        return self._previewed.room.room_id

    def compose(self) -> ComposeResult:
        """All that is known of it."""
        over = self._previewed.room.life is Life.ENDED
        with Vertical(classes="question about"):
            with VerticalScroll(can_focus=False):
                yield RoomPreview(self._previewed)
            yield KeyBar((BACK,) if over else (JOIN, BACK))

    def show(self, previewed: Previewed) -> None:
        """More is known."""
        self._previewed = previewed
        self.query_one(RoomPreview).show(previewed)

    async def on_key_bar_clicked(self, message: KeyBar.Clicked) -> None:
        """A click on a key does what the key does."""
        message.stop()
        await self.run_action(message.action)

    def action_join(self) -> None:
        """Go in, unless it is over."""
        self.dismiss(self._previewed.room.life is not Life.ENDED)

    def action_back(self) -> None:
        """Not now."""
        self.dismiss(False)

    def action_scroll(self, by: int) -> None:
        """Read on."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
