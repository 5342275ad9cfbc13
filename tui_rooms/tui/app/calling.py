"""What happens to oneself in a room is told, by sound and to those who look elsewhere too."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events
from textual.driver import Driver

from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.app.stack import Stack
from tui_rooms.tui.app.wishes import Wishes
from tui_rooms.tui.settings.held import HeldSettings

if TYPE_CHECKING:
    # Once there is a room.
    from tui_rooms.tui.app.attention import Caller
    from tui_rooms.tui.model.room_view import RoomView


class Calling(Part):
    """Compares the room with how it was."""

    def __init__(
        self,
        stack: Stack,
        held: HeldSettings,
        wishes: Wishes,
        *,
        terminal: Callable[[], Driver | None],
    ) -> None:
        """
        Args:
            held: says how one wants to be called.
            terminal: what the app writes to, once it runs.
        """
        super().__init__(
            hears={
                messages.Entered: self._entered,
                messages.RoomChanged: self._room_changed,
                messages.Left: self._left,
                messages.MicWanted: self._microphone_wanted,
                events.AppFocus: lambda _: self.take_title_back(),
            }
        )
        self._stack = stack
        self._held = held
        self._wishes = wishes
        self._terminal = terminal
        self._caller: Caller | None = None
        self._view: RoomView | None = None
        self._wanted_open = False
        """Whether one's own last wish in this room was an open microphone."""

    def take_title_back(self) -> None:
        """The terminal's own title again: somebody looks, or leaves."""
        if self._caller is not None:
            self._caller.take_title_back()

    def _entered(self, message: messages.Entered) -> None:
        """A room, in which nothing has happened yet."""
        from tui_rooms.tui.app.attention import Caller
        from tui_rooms.tui.model.room_view import RoomView

        if self._caller is None and (terminal := self._terminal()) is not None:
            self._caller = Caller(terminal)
        self._view = RoomView(room=message.room, me=message.me)
        self._wanted_open = False

    def _room_changed(self, message: messages.RoomChanged) -> None:
        """Somebody came, went, or did something."""
        from tui_rooms.tui.app.attention import calls

        if self._view is None:
            return
        before = self._view
        after = self._view = replace(before, room=message.room)
        for call in calls(before, after, wanted_open=self._wanted_open):
            self._stack.notice(call.sentence)
            if self._caller is not None:
                self._caller.call(call, self._held.now.attention)
        self._cue(before, after)

    def _left(self, _: messages.Left) -> None:
        self._view = None

    def _microphone_wanted(self, message: messages.MicWanted) -> None:
        self._wanted_open = message.is_open

    def _cue(self, before: "RoomView", after: "RoomView") -> None:
        """A sound for oneself, when one's microphone was opened or closed."""
        old, new = before.myself, after.myself
        if old is not None and new is not None and old.muted != new.muted:
            is_open = not new.muted
            self._wishes.wish(lambda bridge: bridge.cue(is_open=is_open))
