"""The lobby: which rooms there are."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS, LobbySituation
from tui_rooms.tui.messages import (
    FinishedWanted,
    JoinWanted,
    LinkWanted,
    NameChosen,
    RetryWanted,
    RoomWanted,
)
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.settings.schema import KnownServer
from tui_rooms.tui.values import LISTS, Key, LobbyPhase, LobbyRoom, LobbyState, RoomPlan, found
from tui_rooms.tui.widgets.lobby_head import LobbyBanner, LobbyHead
from tui_rooms.tui.widgets.placard import Placard, Placarded
from tui_rooms.tui.widgets.room_list import RoomList
from tui_rooms.tui.widgets.room_preview import RoomPreview
from tui_rooms.tui.widgets.tab_bar import TabBar, Tabs

ARROWS: Final = Key("↑ ↓", "choose", "", "choose a room")
PREVIEW_FROM: Final = 90
"""Columns from which there is room for the preview beside the list."""


class LobbyPlace(Place):
    """Shows the rooms; posts where one wants to go."""

    TITLE_OF_HELP = "What you can do in the lobby"
    ACTIONS: ClassVar[Table[Any]] = LOBBY_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(LOBBY_ACTIONS)

    def __init__(
        self,
        name: str,
        state: LobbyState | None = None,
        *,
        servers: tuple[KnownServer, ...] = (),
        keymap: KeyMap | None = None,
    ) -> None:
        """`servers`: those that one can switch between."""
        super().__init__(keymap)
        self._called = name
        self._state = state or LobbyState()
        self._servers = servers
        self._sought = ""
        self._list = 0

    def compose_place(self) -> ComposeResult:
        """Head, list with its preview, and the words that stand where no list is."""
        yield LobbyHead(self._banner())
        yield TabBar(self._tabs())
        yield Placard(self._words(), id="words")
        with Horizontal(id="browse"):
            yield RoomList()
            yield RoomPreview(None)

    def on_mount(self) -> None:
        """Draw what is known."""
        self.show(self._state)

    def show(self, state: LobbyState) -> None:
        """The lobby as it is now."""
        self._state = state
        rooms = self._rooms
        self.query_one(TabBar).show(self._tabs())
        room_list = self.query_one(RoomList)
        room_list.show(rooms)
        listed = bool(rooms) and state.phase is not LobbyPhase.UNREACHABLE
        self.set_class(listed, "-listed")
        if listed and self.app.screen is self and self.focused is None:
            room_list.focus()
        self._preview()
        self.query_one("#words", Placard).show(self._words())
        self.query_one(LobbyHead).show(self._banner())
        self.update_keys()

    def rename(self, name: str) -> None:
        """One is called differently now."""
        self._called = name
        self.query_one(LobbyHead).show(self._banner())

    # Actions.

    def situation(self) -> LobbySituation:
        """How things are."""
        return LobbySituation(
            phase=self._state.phase,
            rooms=len(self._rooms),
            all_rooms=len(self._state.rooms),
            servers=len(self._servers),
        )

    def hints(self) -> Iterable[Key]:
        """The arrows, when there is something to choose."""
        return (ARROWS,) if self._state.rooms else ()

    def do_join_room(self) -> None:
        """Go into the chosen room."""
        self.query_one(RoomList).action_open()

    def do_retry(self) -> None:
        """Look for the server again."""
        self.post_message(RetryWanted())

    def do_new_room(self) -> None:
        """Ask for a title and a type."""
        from tui_rooms.tui.screens.new_room import NewRoom

        def opened(plan: RoomPlan | None) -> None:
            if plan is not None:
                self.post_message(RoomWanted(plan))

        self.app.push_screen(NewRoom(), opened)

    def do_change_name(self) -> None:
        """Ask for a name."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def named(name: str | None) -> None:
            if name:
                self.rename(name)
                self.post_message(NameChosen(name))

        self.app.push_screen(AskLine("Your name in rooms", self._called, limit=40), named)

    def do_join_link(self) -> None:
        """Ask for a link."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def linked(link: str | None) -> None:
            if link:
                self.post_message(LinkWanted(link))

        question = AskLine(
            "Where to?", "", hint="127.0.0.1:7600, or https://rooms.example.org/r/ROOM"
        )
        self.app.push_screen(question, linked)

    def do_switch_server(self) -> None:
        """Ask which."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        def chosen(number: int | None) -> None:
            if number is not None:
                server = self._servers[number]
                self.post_message(LinkWanted(server.url, server.token))

        names = [f"{server.name}  {server.url}" for server in self._servers]
        self.app.push_screen(AskWhich("Which server?", names), chosen)

    def do_next_list(self) -> None:
        """Live, upcoming and finished rooms in turn."""
        self._go_to_list((self._list + 1) % len(LISTS))

    def do_search(self) -> None:
        """Ask for what titles or people's names hold; nothing shows all rooms again."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def sought(words: str | None) -> None:
            if words is not None:
                self._sought = words
                self.show(self._state)

        self.app.push_screen(
            AskLine("Search rooms", self._sought, hint="a word of the title, or somebody's name"),
            sought,
        )

    def do_quit(self) -> None:
        """Leave tui-rooms."""
        self.app.exit()

    # What widgets tell.

    def on_room_list_opened(self, message: RoomList.Opened) -> None:
        """A room was chosen."""
        message.stop()
        room = self.query_one(RoomList).chosen
        if room is None or not room.has_password:
            self.post_message(JoinWanted(message.room_id))
            return
        from tui_rooms.tui.screens.ask_line import AskLine

        def answered(password: str | None) -> None:
            if password is not None:
                self.post_message(JoinWanted(message.room_id, password or None))

        self.app.push_screen(AskLine(f"The password of “{room.title}”", "", secret=True), answered)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        """A list was clicked on."""
        message.stop()
        self._go_to_list(message.number)

    def on_room_list_marked(self, message: RoomList.Marked) -> None:
        """The mark moved."""
        message.stop()
        self._preview()

    def on_resize(self, event: events.Resize) -> None:
        """A narrow window has no preview."""
        super().on_resize(event)
        self.set_class(event.size.width >= PREVIEW_FROM, "-preview")

    def _go_to_list(self, number: int) -> None:
        self._list = number
        if LISTS[number] == "Finished":
            self.post_message(FinishedWanted())
        self.show(self._state)

    @property
    def _rooms(self) -> tuple[LobbyRoom, ...]:
        """Those of the list that is seen, as far as the search lets them through."""
        name = LISTS[self._list]
        return found(
            tuple(room for room in self._state.rooms if room.list_name == name), self._sought
        )

    def _tabs(self) -> Tabs:
        upcoming = sum(room.list_name == "Upcoming" for room in self._state.rooms)
        return Tabs(LISTS, (0, upcoming, 0), self._list)

    def _preview(self) -> None:
        self.query_one(RoomPreview).show(self.query_one(RoomList).chosen)

    def _banner(self) -> LobbyBanner:
        state = self._state
        return LobbyBanner(
            self._called,
            state.server,
            state.embedded,
            state.phase,
            self._sought,
            LISTS[self._list],
        )

    def _words(self) -> Placarded:
        state = self._state
        if state.phase is LobbyPhase.UNREACHABLE:
            return Placarded(
                "The server cannot be reached",
                (state.sentence, "Press r to try again, l for another server, q to quit."),
                alarm=True,
            )
        if state.phase is LobbyPhase.STARTING:
            return Placarded("Looking for the server…", ("One on this machine starts by itself.",))
        if state.phase is LobbyPhase.CONNECTING:
            return Placarded("Connecting…", (state.server,))
        if self._sought and state.rooms:
            return Placarded(
                f"No room has “{self._sought}” in its title or its people",
                ("Press / and enter to see all rooms again.",),
            )
        if self._list:
            return Placarded(("", "No room is planned", "No room has ended")[self._list])
        return Placarded("No rooms are open", ("Press n to open the first one.",))
