"""The lobby: which rooms there are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from tui_rooms.rules.life import Life
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS, LobbySituation
from tui_rooms.tui.drawing.lobby_head import LobbyBanner
from tui_rooms.tui.drawing.placard import Placarded
from tui_rooms.tui.drawing.tabs import Tabs
from tui_rooms.tui.messages import (
    JoinWanted,
    MoreRoomsWanted,
    NameChosen,
    PreviewWanted,
    RetryWanted,
    RoomWanted,
)
from tui_rooms.tui.model.values import LISTS, Key, LobbyPhase, LobbyRoom, LobbyState, Previewed
from tui_rooms.tui.screens.searching import SETTLED, SearchesRooms
from tui_rooms.tui.settings.schema import KnownServer
from tui_rooms.tui.terminal.first_picture import STARTING
from tui_rooms.tui.widgets.lobby_head import LobbyHead
from tui_rooms.tui.widgets.placard import Placard
from tui_rooms.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from tui_rooms.tui.model.room_plan import RoomPlan

    # Once there are rooms: see `SearchesRooms`.
    from tui_rooms.tui.widgets.room_list import RoomList

ARROWS: Final = Key("↑ ↓", "choose", "", "choose a room")
PREVIEW_FROM: Final = 90
"""Columns from which there is room for the preview beside the list."""
MINUTE: Final = 30.0
"""Seconds after which "in 5 min" is looked at again."""


class LobbyPlace(SearchesRooms):
    """Shows the rooms; posts where one wants to go."""

    TITLE_OF_HELP = "What you can do in the lobby"
    AUTO_FOCUS = "RoomList"
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-low"),
        (24, "-high"),
    ]
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
        """`servers`: those that one knows by name."""
        super().__init__(state or LobbyState(), servers, keymap)
        self._called = name
        self._told: Previewed | None = None
        self._asked: LobbyRoom | None = None
        self._asks_preview: Timer | None = None

    def compose_place(self) -> ComposeResult:
        """Head, and the words that stand where no list is."""
        yield LobbyHead(self._banner())
        yield TabBar(self._tabs())
        yield Placard(self._words(), id="words")

    def on_mount(self) -> None:
        """Draw what is known."""
        self.show(self.state)
        self.set_interval(MINUTE, self._minute_passed)

    def show(self, state: LobbyState) -> None:
        """The lobby as it is now."""
        self.state = state
        self.query_one(TabBar).show(self._tabs())
        self._browse_rooms(self._tail())
        listed = bool(self._rooms) and state.phase is not LobbyPhase.UNREACHABLE
        self.set_class(listed, "-listed")
        if listed and self._browse is not None and self.app.screen is self and not self.focused:
            self._browse.list.focus()
        self._preview()
        self.query_one("#words", Placard).show(self._words())
        self.query_one(LobbyHead).show(self._banner())
        self.update_keys()

    def show_preview(self, previewed: Previewed) -> None:
        """The server has told more of a room."""
        from tui_rooms.tui.screens.about_room import AboutRoom

        self._told = previewed
        about = self.app.screen
        # The mark in the list may have passed on to another room meanwhile.
        if isinstance(about, AboutRoom) and about.room_id == previewed.room.room_id:
            about.show(previewed)
        self._preview()

    def rename(self, name: str) -> None:
        """One is called differently now."""
        self._called = name
        self.query_one(LobbyHead).show(self._banner())

    # Actions.

    def situation(self) -> LobbySituation:
        """How things are."""
        chosen = self._chosen
        here = self.here
        return LobbySituation(
            phase=self.state.phase,
            rooms=len(self._rooms),
            over=chosen is not None and chosen.life is Life.ENDED,
            sought=self.searches,
            servers=len(self.servers),
            here=here.name if here else "",
            embedded=self.state.embedded,
        )

    def hints(self) -> Iterable[Key]:
        """The arrows, when there is something to choose."""
        return (ARROWS,) if self.state.rooms else ()

    def do_join_room(self) -> None:
        """Go into the chosen room."""
        if self._browse is not None:
            self._browse.list.action_open()

    def do_about_room(self) -> None:
        """Read about it."""
        from tui_rooms.tui.screens.about_room import AboutRoom

        room = self._chosen
        if room is None:
            return
        self._ask_for_preview()

        def answered(join: bool | None) -> None:
            if join:
                self._join(room)

        self.app.push_screen(AboutRoom(self._previewed(room)), answered)

    def do_retry(self) -> None:
        """Look for the server again."""
        self.post_message(RetryWanted())

    def do_new_room(self) -> None:
        """Ask for a title and a type."""
        from tui_rooms.tui.screens.new_room import NewRoom

        def opened(plan: "RoomPlan | None") -> None:
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

        self.app.push_screen(AskLine("Your name in rooms", self._name_here, limit=40), named)

    def do_quit(self) -> None:
        """Leave tui-rooms."""
        self.app.exit()

    # What widgets tell.

    def on_room_list_opened(self, message: "RoomList.Opened") -> None:
        """A room was chosen; one that is over can only be read about."""
        message.stop()
        room = self._chosen
        if room is not None and room.life is Life.ENDED:
            self.do_about_room()
        elif room is not None:
            self._join(room)

    def on_room_list_marked(self, message: "RoomList.Marked") -> None:
        """The mark moved."""
        message.stop()
        self._preview()
        self.update_keys()

    def on_room_list_ended(self, message: "RoomList.Ended") -> None:
        """The last of the rooms are to be seen: there may be more."""
        message.stop()
        if self.state.more and not self.state.looking:
            self.post_message(MoreRoomsWanted())

    def on_resize(self, event: events.Resize) -> None:
        """A narrow window has no preview."""
        super().on_resize(event)
        self.set_class(event.size.width >= PREVIEW_FROM, "-preview")

    def _join(self, room: LobbyRoom) -> None:
        if not room.has_password:
            self.post_message(JoinWanted(room.room_id))
            return
        from tui_rooms.tui.screens.ask_line import AskLine

        def answered(password: str | None) -> None:
            if password is not None:
                self.post_message(JoinWanted(room.room_id, password or None))

        self.app.push_screen(AskLine(f"The password of “{room.title}”", "", secret=True), answered)

    @property
    def _chosen(self) -> LobbyRoom | None:
        return self._browse.list.chosen if self._browse is not None else None

    def _tabs(self) -> Tabs:
        upcoming = sum(room.list_name == "Upcoming" for room in self.state.rooms)
        return Tabs(LISTS, (0, upcoming, 0), LISTS.index(self._sought.list_name))

    def _tail(self) -> str:
        if self.state.looking:
            return "looking for more…"
        return "there are more: go on down" if self.state.more else ""

    def _preview(self) -> None:
        """Show what is known of the chosen room; once the mark rests, ask for more."""
        room = self._chosen
        if self._browse is not None:
            self._browse.preview.show(None if room is None else self._previewed(room))
        if room is not None and room != self._asked:
            if self._asks_preview is not None:
                self._asks_preview.stop()
            self._asks_preview = self.set_timer(SETTLED, self._ask_for_preview)

    def _previewed(self, room: LobbyRoom) -> Previewed:
        told = self._told
        if told is not None and told.room.room_id == room.room_id:
            return Previewed(room=room, sentence=told.sentence)
        return Previewed(room=room)

    def _ask_for_preview(self) -> None:
        self._asked = self._chosen
        if self._asked is not None and self.state.phase is LobbyPhase.CONNECTED:
            self.post_message(PreviewWanted(self._asked.room_id))

    def _minute_passed(self) -> None:
        if self._browse is not None:
            self._browse.preview.paint_again()
            self._browse.list.refresh()

    @property
    def _name_here(self) -> str:
        """What rooms of this server show; until it has said so, what one wishes."""
        return self.state.me or self._called

    def _banner(self) -> LobbyBanner:
        state, here = self.state, self.here
        return LobbyBanner(
            self._name_here,
            state.server,
            state.embedded,
            state.phase,
            self._sought.words,
            self._sought.list_name,
            here.name if here else "",
        )

    def _words(self) -> Placarded:
        state, cap = self.state, self.cap_of
        if state.phase is LobbyPhase.UNREACHABLE:
            switch = f"{cap('switch-server')} for another of your servers, "
            servers = switch if self.servers else ""
            return Placarded(
                "The server cannot be reached",
                (
                    state.sentence,
                    f"Press {cap('retry')} to try again, {servers}{cap('join-link')} for another "
                    f"server, {cap('quit')} to quit.",
                ),
                alarm=True,
            )
        if state.phase is LobbyPhase.STARTING:
            return STARTING
        if state.phase is LobbyPhase.CONNECTING:
            return Placarded("Connecting…", (state.server,))
        if state.looking:
            return Placarded("Looking for rooms…")
        if self._sought.words:
            return Placarded(
                f"No {self._sought.list_name.lower()} room has “{self._sought.words}”",
                (
                    f"Press {cap('next-list')} to look in the other lists, {cap('all-rooms')} to "
                    "see all rooms again.",
                ),
            )
        return {
            "Live": Placarded(
                "No rooms are open",
                (
                    f"Press {cap('new-room')} to open the first one.",
                    f"Press {cap('next-list')} for upcoming and finished rooms.",
                ),
            ),
            "Upcoming": Placarded(
                "No room is planned", (f"Press {cap('new-room')} to schedule one.",)
            ),
            "Finished": Placarded(
                "No room has ended", (f"Press {cap('next-list')} for the live ones.",)
            ),
        }[self._sought.list_name]
