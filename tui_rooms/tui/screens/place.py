"""Screens with a table of actions; and the places among them, the lobby and the room, which have
notices and a smallest size."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from tui_rooms.tui.actions.action import KeyMap, Table, offered
from tui_rooms.tui.actions.part import Part, Parts
from tui_rooms.tui.drawing.placard import Placarded
from tui_rooms.tui.messages import SettingsWanted
from tui_rooms.tui.model.values import SMALLEST, Key
from tui_rooms.tui.screens.layered import Layered
from tui_rooms.tui.terminal.keyboard import KeyRepeated
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.placard import Placard

if TYPE_CHECKING:
    # The first picture has neither.
    from tui_rooms.tui.widgets.line import Line
    from tui_rooms.tui.widgets.notice_bar import NoticeBar

T = TypeVar("T")
A = TypeVar("A")
"""An answer."""


class OffersActions(Layered[T]):
    """A screen whose keys, bar, help and palette follow one table of actions; its parts do them."""

    TITLE_OF_HELP = "Keys"
    ACTIONS: ClassVar[Table[Any]] = ()
    _keymap: KeyMap = {}  # noqa: RUF012 - nobody changes it
    """Keys of one's own choice, to be shown; `App.set_keymap` makes them work."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = Parts()
        self.parts.add(Part(does={"help": self._help, "palette": self._palette}))

    @on(Message)
    async def hear(self, message: Message) -> None:
        """Tell the parts: of what Textual tells this screen, and of news that the app passes on."""
        await self.parts.hear(message)

    def ask(self, question: Screen[A], answered: Callable[[A | None], None] | None = None) -> None:
        """Show a screen over this one; `answered` gets what it is left with."""
        self.app.push_screen(question, answered)

    def situation(self) -> Any:
        """How things are: what the table of actions looks at."""
        raise NotImplementedError

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar."""
        return self._keys(bar_only=True)

    def all_keys(self) -> tuple[Key, ...]:
        """Everything that may be done now."""
        return self._keys(bar_only=False)

    def cap_of(self, action_id: str) -> str:
        """What is printed on the key of an action, for sentences that tell of it."""
        action = next(one for one in self.ACTIONS if one.id == action_id)
        return action.cap_in(self._keymap)

    def update_keys(self) -> None:
        """Something has changed that decides what may be done."""
        if self.is_mounted:
            self.query_one(KeyBar).show(self.keys())

    async def action_act(self, action_id: str) -> None:
        """Do an action, if it may be done now: the one way in for key, click and palette."""
        for action in offered(self.ACTIONS, self.situation()):
            if action.id == action_id:
                self.parts.do(action_id)

    async def act_chosen(self, action_id: str) -> None:
        """Do an action that was chosen by a click or by its name: no key is held down for it."""
        await self.action_act(action_id)

    def on_key(self, event: events.Key) -> None:
        """A key that is held opens and closes nothing in turn; arrows and the like go on."""
        if isinstance(event, KeyRepeated) and any(
            event.key in action.keys_in(self._keymap) and not action.repeats
            for action in self.ACTIONS
        ):
            event.stop()

    def hints(self) -> Iterable[Key]:
        """Keys of the widgets, which the help tells of."""
        return ()

    async def on_key_bar_clicked(self, message: KeyBar.Clicked) -> None:
        """A click on a key does what the key does."""
        message.stop()
        await self.act_chosen(message.action)

    def _help(self) -> None:
        """List what may be done."""
        from tui_rooms.tui.screens.help import Help

        def chosen(action: str | None) -> None:
            if action:
                self.run_worker(self.act_chosen(action))

        keys = (*self.hints(), *self.all_keys())
        self.ask(Help(self.TITLE_OF_HELP, keys), chosen)

    def _palette(self) -> None:
        """Find an action by its name."""
        from tui_rooms.tui.screens.palette import Palette

        self.ask(Palette(self, self.all_keys, self.act_chosen))

    def _keys(self, *, bar_only: bool) -> tuple[Key, ...]:
        now = self.situation()
        return tuple(
            action.key(now, self._keymap)
            for action in offered(self.ACTIONS, now)
            if action.bar or not bar_only
        )


class Place(OffersActions[None]):
    """Somewhere to be. A subclass says what is in it, which actions it has, and how things are."""

    def __init__(self, keymap: KeyMap | None = None) -> None:
        """`keymap`: keys of one's own choice."""
        super().__init__()
        self._keymap = keymap or {}
        self._notice_bar: NoticeBar | None = None
        """There is one from the first notice on."""
        self._notice_ends: Timer | None = None
        self.parts.add(Part(does={"settings": self._settings}))

    def compose(self) -> ComposeResult:
        """The place's parts, and its keys."""
        yield from self.compose_place()
        yield KeyBar(self.keys())

    def compose_place(self) -> ComposeResult:
        """The parts of this place."""
        raise NotImplementedError

    def _settings(self) -> None:
        """Change how things are."""
        self.post_message(SettingsWanted())

    # Notices, and windows that are too small.

    def notice(self, sentence: str) -> None:
        """Show a sentence for a while."""
        from tui_rooms.tui.widgets.notice_bar import STAYS, NoticeBar

        if self._notice_ends is not None:
            self._notice_ends.stop()
        if self._notice_bar is None:
            self._notice_bar = NoticeBar("")
            self.mount(self._notice_bar, before=self.query_one(KeyBar))
        bar = self._notice_bar
        bar.tell(sentence)
        if sentence:
            self._notice_ends = self.set_timer(STAYS, lambda: bar.tell(""))

    def on_line_overfull(self, message: "Line.Overfull") -> None:
        """A paste was too long."""
        message.stop()
        self.notice(f"{message.sentence}.")

    def on_resize(self, event: events.Resize) -> None:
        """Below the smallest size there is only a sentence that says so."""
        if self._notice_bar is not None:
            self._notice_bar.tell(self._notice_bar.value)
        columns, rows = SMALLEST
        width, height = event.size
        small = width < columns or height < rows
        self.set_class(small, "-small")
        if small:
            line = (
                f"It has {width}×{height} cells; tui-rooms needs {columns}×{rows}. Make it larger."
            )
            self._show_instead(Placarded("This window is too small", (line,)))

    def _show_instead(self, words: Placarded) -> None:
        """Words in the place of everything, while the place is small."""
        if covers := self.query("#too-small"):
            covers.first(Placard).show(words)
        else:
            self.mount(Placard(words, id="too-small"))
