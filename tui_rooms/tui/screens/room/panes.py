"""The three panes of a room: which of them is in front, and has the keys."""

from collections.abc import Callable
from typing import Any, Final

from textual import events
from textual.screen import Screen
from textual.widget import Widget

from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.hands_pane import HandsPane
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.tab_bar import TabBar

PANES: Final = ("stage", "people", "chat")
STAGE, PEOPLE, CHAT = range(len(PANES))
FOCUSED: Final[tuple[tuple[type[Widget], ...], ...]] = (
    (Canvas,),
    (HandsPane,),
    (ChatInput, ChatLog),
)
"""What takes the keys in each; the first one when one goes there."""
WIDE_FROM: Final = 100
"""Columns from which people and chat have room beside the stage."""
HIGH_FROM: Final = 30
"""Rows from which the side has room for free lines."""
LOW_BELOW: Final = 24
"""Rows below which even the people's own tab is crowded."""
WRITING: Final = (
    Key("enter", "send", "", "send the message"),
    Key("tab", "complete @ :", "", "complete a name begun with @, an emoji's begun with a colon"),
    Key("↑", "messages", "", "choose a message"),
)
WRITING_LAST: Final = (
    Key("^p", "all", "palette", "find an action by its name"),
    Key("^j", "new line", "", "begin another line of the message"),
    Key("esc", "back", "", "back to the stage"),
    Key("f1", "help", "help", "show these keys"),
)
"""Keys of the line to write in."""
ARROWS: Final = Key("← ↑ ↓ →", "choose", "", "choose a person")


class Panes(Part):
    """Stage, people and chat: beside each other where the window is wide, else behind tabs.

    What is to be seen is the style sheet's business; here are the classes that it looks at.
    """

    def __init__(
        self, screen: Screen[Any], *, draw: Callable[[], None], update_keys: Callable[[], None]
    ) -> None:
        """At the stage, with the side shown.

        Args:
            screen: whose panes they are.
            draw: to be called when another pane is in front.
            update_keys: to be called when other keys count than before.
        """
        super().__init__(
            does={"sidebar": self._turn_sidebar, "next-pane": self._next},
            hears={
                TabBar.Picked: self._picked,
                events.DescendantFocus: self._focused,
                events.DescendantBlur: self._keys_have_moved,
                events.Resize: self._resized,
            },
        )
        self.pane = STAGE
        """The one that is in front."""
        self._screen = screen
        self._draw = draw
        self._update_keys = update_keys
        # As `go_to` will have it: else all would be laid out and drawn twice.
        screen.add_class("-side", f"-at-{PANES[STAGE]}")

    @property
    def is_writing(self) -> bool:
        """Whether letters are text now."""
        return isinstance(self._screen.focused, ChatInput)

    def go_to(self, pane: int) -> None:
        """Bring a pane on the screen, and the keys to it."""
        screen = self._screen
        screen.add_class("-side")
        self.pane = pane
        for number, name in enumerate(PANES):
            screen.set_class(number == pane, f"-at-{name}")
        screen.query_one(FOCUSED[pane][0]).focus()
        screen.call_after_refresh(self._draw)

    def _turn_sidebar(self) -> None:
        """Show the panes at the side, or hide them; in a narrow room, go there and back."""
        if self._screen.has_class("-narrow"):
            self.go_to(STAGE if self.pane is not STAGE else PEOPLE)
        else:
            self._screen.toggle_class("-side")
            self._screen.query_one(Canvas).focus()

    def _next(self) -> None:
        """From the stage to the people, to the chat, and again."""
        self.go_to((self.pane + 1) % len(PANES))

    def _picked(self, message: TabBar.Picked) -> None:
        """A tab was clicked on."""
        message.stop()
        self.go_to(message.number)

    def _focused(self, event: events.DescendantFocus) -> None:
        """Other keys count in another pane, also when the mouse went there."""
        for number, kinds in enumerate(FOCUSED):
            if isinstance(self._screen.focused, kinds):
                self.pane = number
        self._keys_have_moved(event)

    def _resized(self, event: events.Resize) -> None:
        """A narrow window shows one pane at a time."""
        self._screen.set_class(event.size.width < WIDE_FROM, "-narrow")
        self._screen.set_class(event.size.height < HIGH_FROM, "-short")
        self._screen.set_class(event.size.height < LOW_BELOW, "-low")
        self._screen.call_after_refresh(self._draw)

    def _keys_have_moved(self, _: events.Event) -> None:
        # The focus also moves while the room is taken down, part by part.
        if len(self._screen.query(ChatLog)) and len(self._screen.query(KeyBar)):
            self._update_keys()
