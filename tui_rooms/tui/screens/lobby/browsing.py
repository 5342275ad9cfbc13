"""The rooms that are seen, and more of the chosen one: beside the list, or over it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from textual.screen import Screen
from textual.timer import Timer

from tui_rooms.rules.life import Life
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import (
    BackWanted,
    CalendarLinkWanted,
    JoinWanted,
    MoreRoomsWanted,
    PreviewRead,
    PreviewWanted,
)
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState, Previewed
from tui_rooms.tui.screens.asking import Ask
from tui_rooms.tui.screens.lobby.lists import SETTLED

if TYPE_CHECKING:
    # From the first room on: the first picture does not wait for them.
    from tui_rooms.tui.screens.about_room import AboutRoom
    from tui_rooms.tui.widgets.browse import Browse
    from tui_rooms.tui.widgets.room_list import RoomList

_ABOVE: Final = "#words"
"""What stands there while no list does."""


class Browsing(Part):
    """One room of the list is chosen: it can be read about, and joined."""

    def __init__(
        self,
        screen: Screen[Any],
        *,
        state: Callable[[], LobbyState],
        update_keys: Callable[[], None],
        ask: Ask,
    ) -> None:
        """
        Args:
            screen: where the list is mounted.
            state: the lobby as it is now.
            update_keys: to be called when other actions are possible than before.
        """
        super().__init__(
            does={
                "join-room": self._open,
                "go-back": self._go_back,
                "about-room": self._read_about,
                "calendar-link": self._want_calendar_link,
            },
            hears={PreviewRead: self._preview_read},
        )
        self._screen = screen
        self._state = state
        self._update_keys = update_keys
        self._ask = ask
        self._browse: Browse | None = None
        """The list, from the first room on."""
        self._told: Previewed | None = None
        self._asked: LobbyRoom | None = None
        self._asks: Timer | None = None
        self._about: AboutRoom | None = None
        """The last one that was shown."""

    @property
    def chosen(self) -> LobbyRoom | None:
        """The room under the mark."""
        return self._browse.list.chosen if self._browse is not None else None

    def show(self, rooms: tuple[LobbyRoom, ...]) -> None:
        """These are seen."""
        if self._browse is None and rooms:
            self._browse = self._begin()
        if self._browse is not None:
            self._browse.list.show(rooms, self._tail(), self._state().clock)

    def preview(self) -> None:
        """Show what is known of the chosen room; once the mark rests, ask for more."""
        room = self.chosen
        if self._browse is not None:
            self._browse.preview.show(None if room is None else self._previewed(room))
        if room is not None and room != self._asked:
            if self._asks is not None:
                self._asks.stop()
            self._asks = self._screen.set_timer(SETTLED, self._ask_for_preview)

    def to_rooms(self) -> None:
        """Bring the keys to the list."""
        if self._browse is not None:
            self._browse.list.focus()

    def step(self, by: int) -> None:
        """Choose the next room, or the one before."""
        if self._browse is not None:
            self._browse.list.action_step(by)

    def draw_again(self) -> None:
        """Time has passed."""
        if self._browse is not None:
            self._browse.preview.paint_again()
            self._browse.list.refresh()

    # Actions.

    def _open(self) -> None:
        """Go into the chosen room; one that is over can only be read about. Where none can be
        chosen, back to the room that one was in."""
        state = self._state()
        listed = state.phase is LobbyPhase.CONNECTED and state.rooms
        if state.was_in is not None and not listed:
            self._go_back()
        elif self._browse is not None:
            self._browse.list.action_open()

    def _go_back(self) -> None:
        self._screen.post_message(BackWanted())

    def _read_about(self) -> None:
        from tui_rooms.tui.screens.about_room import AboutRoom

        room = self.chosen
        if room is None:
            return
        self._ask_for_preview()

        def answered(join: bool | None) -> None:
            if join:
                self._join(room)

        self._about = AboutRoom(self._previewed(room))
        self._ask(self._about, answered)

    def _want_calendar_link(self) -> None:
        room = self.chosen
        if room is not None:
            self._screen.post_message(CalendarLinkWanted(room.room_id))

    # What is told.

    def _preview_read(self, message: PreviewRead) -> None:
        """The server has told more of a room."""
        self._told = previewed = message.previewed
        about = self._about
        # The mark in the list may have passed on to another room meanwhile.
        if about is not None and about.is_active and about.room_id == previewed.room.room_id:
            about.show(previewed)
        self.preview()

    def _opened(self, message: "RoomList.Opened") -> None:
        """A room was chosen."""
        message.stop()
        room = self.chosen
        if room is not None and room.life is Life.ENDED:
            self._read_about()
        elif room is not None:
            self._join(room)

    def _marked(self, message: "RoomList.Marked") -> None:
        """The mark moved."""
        message.stop()
        self.preview()
        self._update_keys()

    def _ended(self, message: "RoomList.Ended") -> None:
        """The last of the rooms are to be seen: there may be more."""
        message.stop()
        state = self._state()
        if state.more and not state.looking:
            self._screen.post_message(MoreRoomsWanted())

    def _begin(self) -> "Browse":
        from tui_rooms.tui.widgets.browse import Browse
        from tui_rooms.tui.widgets.room_list import RoomList

        self.hears = {
            **self.hears,
            RoomList.Opened: self._opened,
            RoomList.Marked: self._marked,
            RoomList.Ended: self._ended,
        }
        browse = Browse()
        self._screen.mount(browse, after=_ABOVE)
        return browse

    def _join(self, room: LobbyRoom) -> None:
        if not room.has_password:
            self._screen.post_message(JoinWanted(room.room_id))
            return
        from tui_rooms.tui.screens.ask_line import AskLine

        def answered(password: str | None) -> None:
            if password is not None:
                self._screen.post_message(JoinWanted(room.room_id, password or None))

        self._ask(AskLine(f"The password of “{room.title}”", "", secret=True), answered)

    def _tail(self) -> str:
        """The line below the last room."""
        state = self._state()
        if state.looking:
            return "looking for more…"
        return "there are more: go on down" if state.more else ""

    def _previewed(self, room: LobbyRoom) -> Previewed:
        told = self._told
        known = told is not None and told.room.room_id == room.room_id
        return Previewed(room, told.sentence if told and known else "", self._state().clock)

    def _ask_for_preview(self) -> None:
        self._asked = self.chosen
        if self._asked is not None and self._state().phase is LobbyPhase.CONNECTED:
            self._screen.post_message(PreviewWanted(self._asked.room_id))
