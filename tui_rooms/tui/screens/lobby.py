"""The lobby: which rooms there are."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui_rooms.tui.messages import JoinWanted, NameChosen, RetryWanted, RoomWanted
from tui_rooms.tui.screens.place import HELP_KEY, Place
from tui_rooms.tui.values import Key, LobbyPhase, LobbyState
from tui_rooms.tui.widgets.lobby_head import LobbyBanner, LobbyHead
from tui_rooms.tui.widgets.placard import Placard, Placarded
from tui_rooms.tui.widgets.room_list import RoomList

JOIN = Key("enter", "join", "open", explained="go into the chosen room")
NEW = Key("n", "new room", "new_room", explained="open a room; it goes live at once")
NAME = Key("e", "your name", "name", explained="change your name")
RETRY = Key("r", "try again", "retry", explained="look for the server again")
QUIT = Key("q", "quit", "app.quit", explained="leave tui-rooms")
CHOOSE = Key("up", "choose", "", label="↑ ↓", explained="choose a room")


class LobbyPlace(Place):
    """Shows the rooms; posts `JoinWanted`, `RoomWanted`, `NameChosen` and `RetryWanted`."""

    TITLE_OF_HELP = "Keys of the lobby"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new_room", show=False),
        Binding("e", "name", show=False),
        Binding("r", "retry", show=False),
        Binding("q", "app.quit", show=False),
    ]

    def __init__(self, name: str, state: LobbyState | None = None) -> None:
        super().__init__()
        self._called = name
        self._state = state or LobbyState()

    def compose_place(self) -> ComposeResult:
        """Head, list, and the words that stand where no list is."""
        yield LobbyHead(self._banner())
        yield Placard(self._words(), id="words")
        yield RoomList()

    def on_mount(self) -> None:
        """Draw what is known."""
        self.show(self._state)

    def show(self, state: LobbyState) -> None:
        """The lobby as it is now."""
        self._state = state
        rooms = self.query_one(RoomList)
        rooms.show(state.rooms)
        listed = bool(state.rooms) and state.phase is not LobbyPhase.UNREACHABLE
        self.set_class(listed, "-listed")
        if listed and self.app.screen is self:
            rooms.focus()
        self.query_one("#words", Placard).show(self._words())
        self.query_one(LobbyHead).show(self._banner())
        self.update_keys()

    def rename(self, name: str) -> None:
        """One is called differently now."""
        self._called = name
        self.query_one(LobbyHead).show(self._banner())

    def keys(self) -> tuple[Key, ...]:
        """What can be done in the lobby now."""
        if self._state.phase is LobbyPhase.UNREACHABLE:
            return RETRY, NAME, QUIT, HELP_KEY
        if self._state.phase is not LobbyPhase.CONNECTED:
            return NAME, QUIT, HELP_KEY
        return (*((JOIN,) if self._state.rooms else ()), NEW, NAME, QUIT, HELP_KEY)

    def all_keys(self) -> tuple[Key, ...]:
        """With the arrows, which need no place in the bar."""
        return (CHOOSE, *self.keys()) if self._state.rooms else self.keys()

    def action_new_room(self) -> None:
        """Ask for a title and a type."""
        if self._state.phase is not LobbyPhase.CONNECTED:
            return
        from tui_rooms.tui.screens.new_room import NewRoom

        def opened(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self.post_message(RoomWanted(*answer))

        self.app.push_screen(NewRoom(), opened)

    def action_name(self) -> None:
        """Ask for a name."""
        from tui_rooms.tui.screens.ask_name import AskName

        def named(name: str | None) -> None:
            if name is not None:
                self.rename(name)
                self.post_message(NameChosen(name))

        self.app.push_screen(AskName(self._called), named)

    def action_retry(self) -> None:
        """Look for the server again."""
        if self._state.phase is LobbyPhase.UNREACHABLE:
            self.post_message(RetryWanted())

    def action_open(self) -> None:
        """Go into the chosen room."""
        self.query_one(RoomList).action_open()

    def on_room_list_opened(self, message: RoomList.Opened) -> None:
        """A room was chosen."""
        message.stop()
        self.post_message(JoinWanted(message.room_id))

    def _banner(self) -> LobbyBanner:
        state = self._state
        return LobbyBanner(self._called, state.server, state.embedded, state.phase)

    def _words(self) -> Placarded:
        state = self._state
        if state.phase is LobbyPhase.UNREACHABLE:
            return Placarded(
                "The server cannot be reached",
                (state.sentence, "Press r to try again, q to quit."),
                alarm=True,
            )
        if state.phase is LobbyPhase.STARTING:
            return Placarded("Looking for the server…", ("One on this machine starts by itself.",))
        if state.phase is LobbyPhase.CONNECTING:
            return Placarded("Connecting…", (state.server,))
        return Placarded("No rooms are open", ("Press n to open the first one.",))
