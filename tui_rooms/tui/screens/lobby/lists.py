"""Which rooms are seen: one of three lists, and those of its rooms that one searches for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.screen import Screen
from textual.timer import Timer

from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import RoomsSought
from tui_rooms.tui.model.values import LISTS, Key, LobbyRoom, LobbyState, Sought, found
from tui_rooms.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    # When somebody searches: the first picture does not wait for Textual's Input.
    from textual.widgets import Input

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


class Lists(Part):
    """Knows what is sought, and asks the server for it."""

    def __init__(
        self,
        screen: Screen[Any],
        *,
        state: Callable[[], LobbyState],
        changed: Callable[[], None],
        update_keys: Callable[[], None],
        to_rooms: Callable[[], None],
        step: Callable[[int], None],
    ) -> None:
        """
        Args:
            screen: where the line to search in is mounted.
            state: the lobby as it is now.
            changed: to be called when other rooms are seen.
            update_keys: to be called when other keys count.
            to_rooms: brings the keys to the list of rooms.
            step: chooses the next room, or the one before.
        """
        super().__init__(
            does={
                "next-list": self._next,
                "search": self._search,
                "all-rooms": self._search_no_longer,
            },
            hears={
                TabBar.Picked: self._picked,
                # Other keys count while one searches.
                events.DescendantFocus: lambda _: update_keys(),
                events.DescendantBlur: lambda _: update_keys(),
            },
        )
        self.sought = Sought()
        """What is seen."""
        self._screen = screen
        self._state = state
        self._changed = changed
        self._to_rooms = to_rooms
        self._step = step
        self._line: SearchLine | None = None
        """There is one while somebody searches."""
        self._asks: Timer | None = None

    @property
    def rooms(self) -> tuple[LobbyRoom, ...]:
        """Those of the list that is seen, as far as the search lets them through."""
        name = self.sought.list_name
        rooms = [room for room in self._state().rooms if room.list_name == name]
        if name == "Upcoming":
            rooms.sort(key=lambda room: room.starts_at or 0.0)
        return found(tuple(rooms), self.sought.words)

    @property
    def number(self) -> int:
        """Of the list that is seen."""
        return LISTS.index(self.sought.list_name)

    @property
    def searches(self) -> bool:
        """Whether not all rooms of a list are seen."""
        return bool(self.sought.words) or self._line is not None

    @property
    def is_writing(self) -> bool:
        """Whether letters are text now."""
        return self._line is not None and self._screen.focused is self._line

    def _next(self) -> None:
        """Live, upcoming and finished rooms in turn."""
        self._go_to((self.number + 1) % len(LISTS))

    def _search(self) -> None:
        """Write what titles, descriptions or people's names hold."""
        if self._line is None:
            from textual.widgets import Input

            from tui_rooms.tui.widgets.search_line import SearchLine

            self.hears = {
                **self.hears,
                Input.Changed: self._written,
                Input.Submitted: self._submitted,
                SearchLine.Stepped: self._stepped,
            }
            self._line = SearchLine()
            self._screen.mount(self._line, after=self._screen.query_one(TabBar))
        self._screen.set_focus(self._line)

    def _search_no_longer(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.remove()
        self._screen.set_focus(None)
        self._seek(Sought(self.sought.list_name))

    def _picked(self, message: TabBar.Picked) -> None:
        """A list was clicked on."""
        message.stop()
        self._go_to(message.number)

    def _written(self, event: "Input.Changed") -> None:
        """Something else is searched for."""
        event.stop()
        words = " ".join(event.value.split())
        if words != self.sought.words:
            self._seek(Sought(self.sought.list_name, words))

    def _submitted(self, event: "Input.Submitted") -> None:
        """To the list; without words, to all of it."""
        event.stop()
        if not self.sought.words:
            self._search_no_longer()
        elif self.rooms:
            self._to_rooms()

    def _stepped(self, message: "SearchLine.Stepped") -> None:
        """Another room while one searches."""
        message.stop()
        self._step(message.by)

    def _go_to(self, number: int) -> None:
        self._seek(Sought(LISTS[number], self.sought.words))

    def _seek(self, sought: Sought) -> None:
        """Show what is known of it at once, and ask the server for the rest."""
        at_once = sought.list_name != self.sought.list_name or not sought.words
        self.sought = sought
        if self._asks is not None:
            self._asks.stop()
        if at_once:
            self._ask_for_rooms()
        else:
            self._asks = self._screen.set_timer(SETTLED, self._ask_for_rooms)
        self._changed()

    def _ask_for_rooms(self) -> None:
        self._screen.post_message(RoomsSought(self.sought))
