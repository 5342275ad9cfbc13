"""What the lobby does about lists: one of three, and those of its rooms that one searches for."""

from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from tui_rooms.tui.actions.action import KeyMap
from tui_rooms.tui.messages import RoomsSought
from tui_rooms.tui.model.values import LISTS, Key, LobbyRoom, LobbyState, Sought, found
from tui_rooms.tui.screens.elsewhere import GoesElsewhere
from tui_rooms.tui.settings.schema import KnownServer
from tui_rooms.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from textual.widgets import Input

    from tui_rooms.tui.widgets.browse import Browse
    from tui_rooms.tui.widgets.search_line import SearchLine

SEEKING: Final = (
    Key("↑ ↓", "choose", "", "choose a room"),
    Key("enter", "to the list", "", "leave the line, and keep what was found"),
    Key("tab", "lists", "next-list", ""),
    Key("esc", "all rooms", "all-rooms", "search no longer"),
    Key("f1", "help", "help", "show these keys"),
)
"""Keys while one writes what is searched for."""
SETTLED: Final = 0.25
"""Seconds without a change, after which the server is asked for what was typed or chosen."""


class SearchesRooms(GoesElsewhere):
    """The actions about lists and searching."""

    def __init__(
        self, state: LobbyState, servers: tuple[KnownServer, ...], keymap: KeyMap | None
    ) -> None:
        super().__init__(state, servers, keymap)
        self._sought = Sought()
        self._line: SearchLine | None = None
        """There is one while somebody searches."""
        self._browse: Browse | None = None
        """The list, from the first room on: the first picture does not wait for it."""
        self._asks_search: Timer | None = None

    @property
    def searches(self) -> bool:
        """Whether not all rooms of a list are seen."""
        return bool(self._sought.words) or self._line is not None

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar: letters are text while one searches."""
        return (
            SEEKING if self.focused is not None and self.focused is self._line else super().keys()
        )

    def do_next_list(self) -> None:
        """Live, upcoming and finished rooms in turn."""
        self._go_to_list((LISTS.index(self._sought.list_name) + 1) % len(LISTS))

    def do_search(self) -> None:
        """Write what titles, descriptions or people's names hold."""
        if self._line is None:
            # Textual's Input is not in the first picture, so it is not imported for it.
            from tui_rooms.tui.widgets.search_line import SearchLine

            self._line = SearchLine()
            self.mount(self._line, after=self.query_one(TabBar))
        self.set_focus(self._line)

    def do_all_rooms(self) -> None:
        """Search no longer."""
        line, self._line = self._line, None
        if line is not None:
            line.remove()
        self.set_focus(None)
        self._seek(Sought(self._sought.list_name))

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        """A list was clicked on."""
        message.stop()
        self._go_to_list(message.number)

    def on_input_changed(self, event: "Input.Changed") -> None:
        """Something else is searched for."""
        event.stop()
        words = " ".join(event.value.split())
        if words != self._sought.words:
            self._seek(Sought(self._sought.list_name, words))

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        """To the list; without words, to all of it."""
        event.stop()
        if not self._sought.words:
            self.do_all_rooms()
        elif self._browse is not None and self._rooms:
            self._browse.list.focus()

    def on_search_line_stepped(self, message: "SearchLine.Stepped") -> None:
        """Another room while one searches."""
        message.stop()
        if self._browse is not None:
            self._browse.list.action_step(message.by)

    def on_descendant_focus(self) -> None:
        """Other keys count while one searches."""
        self.update_keys()

    def on_descendant_blur(self) -> None:
        """The same."""
        self.update_keys()

    def _browse_rooms(self, tail: str) -> None:
        """Show the rooms that are seen; `tail` is a line below the last one."""
        rooms = self._rooms
        if self._browse is None and rooms:
            from tui_rooms.tui.widgets.browse import Browse

            self._browse = Browse()
            self.mount(self._browse, after="#words")
        if self._browse is not None:
            self._browse.list.show(rooms, tail)

    def _go_to_list(self, number: int) -> None:
        self._seek(Sought(LISTS[number], self._sought.words))

    def _seek(self, sought: Sought) -> None:
        """Show what is known of it at once, and ask the server for the rest."""
        at_once = sought.list_name != self._sought.list_name or not sought.words
        self._sought = sought
        if self._asks_search is not None:
            self._asks_search.stop()
        if at_once:
            self._ask_for_rooms()
        else:
            self._asks_search = self.set_timer(SETTLED, self._ask_for_rooms)
        self.show(self.state)

    def _ask_for_rooms(self) -> None:
        self.post_message(RoomsSought(self._sought))

    @property
    def _rooms(self) -> tuple[LobbyRoom, ...]:
        """Those of the list that is seen, as far as the search lets them through."""
        rooms = [room for room in self.state.rooms if room.list_name == self._sought.list_name]
        if self._sought.list_name == "Upcoming":
            rooms.sort(key=lambda room: room.starts_at or 0.0)
        return found(tuple(rooms), self._sought.words)
