"""The three panes of a room: which of them is in front, and has the keys."""

from collections.abc import Iterable
from typing import Final

from textual import events
from textual.widget import Widget

from tui_rooms.tui.actions.action import KeyMap
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.chat_pane import ChatInput
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
TYPING: Final = (
    Key("enter", "send", "", "send the message"),
    Key("tab", "complete @ :", "", "complete a name begun with @, an emoji's begun with a colon"),
    Key("↑", "messages", "", "choose a message"),
)
TYPING_LAST: Final = (
    Key("^p", "all", "palette", "find an action by its name"),
    Key("esc", "back", "", "back to the stage"),
    Key("f1", "help", "help", "show these keys"),
)
"""Keys of the line to write in."""
ARROWS: Final = Key("← ↑ ↓ →", "choose", "", "choose a person")


class Panes(Place):
    """Stage, people and chat: beside each other where the window is wide, else behind tabs.

    What is to be seen is the style sheet's business; here are the classes that it looks at.
    """

    def __init__(self, keymap: KeyMap | None = None) -> None:
        """At the stage, with the side shown."""
        super().__init__(keymap)
        self.pane = STAGE
        """The one that is in front."""
        # As `go_to` will have it: else all would be laid out and drawn twice.
        self.add_class("-side", f"-at-{PANES[STAGE]}")

    def draw(self) -> None:
        """All but the people, as it is now."""
        raise NotImplementedError

    def go_to(self, pane: int) -> None:
        """Bring a pane on the screen, and the keys to it."""
        self.add_class("-side")
        self.pane = pane
        for number, name in enumerate(PANES):
            self.set_class(number == pane, f"-at-{name}")
        self.query_one(FOCUSED[pane][0]).focus()
        self.call_after_refresh(self.draw)

    # Actions.

    def do_sidebar(self) -> None:
        """Show the panes at the side, or hide them; in a narrow room, go there and back."""
        if self.has_class("-narrow"):
            self.go_to(STAGE if self.pane is not STAGE else PEOPLE)
        else:
            self.toggle_class("-side")
            self.query_one(Canvas).focus()

    def do_next_pane(self) -> None:
        """From the stage to the people, to the chat, and again."""
        self.go_to((self.pane + 1) % len(PANES))

    # The keys of each.

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar: letters are text while one types."""
        if not isinstance(self.focused, ChatInput):
            return super().keys()
        address = tuple(key for key in self.all_keys() if key.action == "address")
        return (*TYPING, *(key._replace(cap="^o") for key in address), *TYPING_LAST)

    def hints(self) -> Iterable[Key]:
        """The arrows."""
        return (ARROWS,)

    # What widgets and the terminal tell.

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        """A tab was clicked on."""
        message.stop()
        self.go_to(message.number)

    def on_descendant_focus(self) -> None:
        """Other keys count in another pane, also when the mouse went there."""
        for number, kinds in enumerate(FOCUSED):
            if isinstance(self.focused, kinds):
                self.pane = number
        self._keys_have_moved()

    def on_descendant_blur(self) -> None:
        """The same."""
        self._keys_have_moved()

    def on_resize(self, event: events.Resize) -> None:
        """A narrow window shows one pane at a time."""
        super().on_resize(event)
        self.set_class(event.size.width < WIDE_FROM, "-narrow")
        self.set_class(event.size.height < HIGH_FROM, "-short")
        self.set_class(event.size.height < LOW_BELOW, "-low")
        self.call_after_refresh(self.draw)

    def _keys_have_moved(self) -> None:
        # The focus also moves while the room is taken down, part by part.
        if len(self.query(ChatLog)) and len(self.query(KeyBar)):
            self.update_keys()
