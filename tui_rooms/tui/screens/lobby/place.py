"""The lobby: which rooms there are. Here the parts of the screen are put together."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from tui_rooms.rules.life import Life
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS, LobbySituation
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.drawing.lobby_head import LobbyBanner
from tui_rooms.tui.drawing.placard import Placarded
from tui_rooms.tui.drawing.tabs import Tabs
from tui_rooms.tui.messages import LobbyChanged, NameChosen, RetryWanted, RoomWanted
from tui_rooms.tui.model.values import LISTS, Key, LobbyPhase, LobbyState
from tui_rooms.tui.screens.lobby.browsing import Browsing
from tui_rooms.tui.screens.lobby.lists import SEEKING, Lists
from tui_rooms.tui.screens.lobby.servers import Servers
from tui_rooms.tui.screens.lobby.words import words
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.settings.schema import KnownServer
from tui_rooms.tui.widgets.lobby_head import LobbyHead
from tui_rooms.tui.widgets.placard import Placard
from tui_rooms.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    # When somebody opens a room.
    from tui_rooms.tui.model.room_plan import RoomPlan

ARROWS: Final = Key("↑ ↓", "choose", "", "choose a room")
PREVIEW_FROM: Final = 90
"""Columns from which there is room for the preview beside the list."""
MINUTE: Final = 30.0
"""Seconds after which "in 5 min" is looked at again."""


class LobbyPlace(Place):
    """Shows the rooms, posts where one wants to go; the app passes the lobby's news to `hear`."""

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
        super().__init__(keymap)
        self.state = state or LobbyState()
        self._called = name
        self._servers = Servers(
            servers, address=lambda: self.state.server, post=self.post_message, ask=self.ask
        )
        self._browsing = Browsing(
            self, state=lambda: self.state, update_keys=self.update_keys, ask=self.ask
        )
        self._lists = Lists(
            self,
            state=lambda: self.state,
            changed=lambda: self.show(self.state),
            update_keys=self.update_keys,
            to_rooms=self._browsing.to_rooms,
            step=self._browsing.step,
        )
        self.parts.add(
            self._servers,
            self._browsing,
            self._lists,
            Part(
                does={
                    "retry": lambda: self.post_message(RetryWanted()),
                    "new-room": self._ask_plan,
                    "change-name": self._ask_name,
                    "quit": self._quit,
                },
                hears={
                    LobbyChanged: lambda message: self.show(message.state),
                    events.Resize: self._resized,
                },
            ),
        )

    def compose_place(self) -> ComposeResult:
        """Head, and the words that stand where no list is."""
        yield LobbyHead(self._banner())
        yield TabBar(self._tabs())
        yield Placard(self._words(), id="words")

    def on_mount(self) -> None:
        """Draw what is known."""
        self.show(self.state)
        self.set_interval(MINUTE, self._browsing.draw_again)

    def show(self, state: LobbyState) -> None:
        """The lobby as it is now."""
        self.state = state
        self.query_one(TabBar).show(self._tabs())
        rooms = self._lists.rooms
        self._browsing.show(rooms)
        listed = bool(rooms) and state.phase is not LobbyPhase.UNREACHABLE
        self.set_class(listed, "-listed")
        if listed and self.app.screen is self and not self.focused:
            self._browsing.to_rooms()
        self._browsing.preview()
        self.query_one("#words", Placard).show(self._words())
        self.query_one(LobbyHead).show(self._banner())
        self.update_keys()

    def know_servers(self, servers: tuple[KnownServer, ...]) -> None:
        """These have names now."""
        self._servers.known = servers
        self.show(self.state)

    def rename(self, name: str) -> None:
        """One is called differently now."""
        self._called = name
        self.query_one(LobbyHead).show(self._banner())

    # Actions.

    def situation(self) -> LobbySituation:
        """How things are."""
        chosen = self._browsing.chosen
        return LobbySituation(
            phase=self.state.phase,
            rooms=len(self._lists.rooms),
            over=chosen is not None and chosen.life is Life.ENDED,
            planned=chosen is not None and chosen.life is Life.SCHEDULED,
            sought=self._lists.searches,
            servers=len(self._servers.known),
            here=self._servers.name_here,
            embedded=self.state.embedded,
            was_in=self.state.was_in.title if self.state.was_in is not None else "",
        )

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar: letters are text while one searches."""
        return SEEKING if self._lists.is_writing else super().keys()

    def hints(self) -> Iterable[Key]:
        """The arrows, when there is something to choose."""
        return (ARROWS,) if self.state.rooms else ()

    def _ask_plan(self) -> None:
        """Ask for a title and a type."""
        from tui_rooms.tui.screens.new_room import NewRoom

        def opened(plan: "RoomPlan | None") -> None:
            if plan is not None:
                self.post_message(RoomWanted(plan))

        self.ask(NewRoom(self.state.clock), opened)

    def _ask_name(self) -> None:
        """Ask for a name."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def named(name: str | None) -> None:
            if name:
                self.rename(name)
                self.post_message(NameChosen(name))

        self.ask(AskLine("Your name in rooms", self._name_here, limit=40), named)

    def _quit(self) -> None:
        """Leave tui-rooms."""
        self.app.exit()

    def _resized(self, event: events.Resize) -> None:
        """A narrow window has no preview."""
        self.set_class(event.size.width >= PREVIEW_FROM, "-preview")

    # What is drawn.

    @property
    def _name_here(self) -> str:
        """What rooms of this server show; until it has said so, what one wishes."""
        return self.state.me or self._called

    def _tabs(self) -> Tabs:
        upcoming = sum(room.list_name == "Upcoming" for room in self.state.rooms)
        return Tabs(LISTS, (0, upcoming, 0), self._lists.number)

    def _banner(self) -> LobbyBanner:
        state, sought = self.state, self._lists.sought
        return LobbyBanner(
            self._name_here,
            state.server,
            state.embedded,
            state.phase,
            sought.words,
            sought.list_name,
            state.silent,
            self._servers.name_here,
        )

    def _words(self) -> Placarded:
        return words(
            self.state,
            self._lists.sought,
            self.cap_of,
            knows_servers=bool(self._servers.known),
        )
