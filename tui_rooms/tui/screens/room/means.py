"""With what the parts of a room read and act; so none of them needs the screen."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

from tui_rooms.rules.room import Participant
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.messages import CommandWanted
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.screens.asking import Ask
from tui_rooms.wire.messages import WireCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the screen gives its parts."""

    view: Callable[[], RoomView]
    """The room as one sees it now."""
    situation: Callable[[], RoomSituation]
    """The same, and what one has chosen: what the actions look at."""
    post: Callable[[Message], object]
    """Says what people want."""
    notice: Callable[[str], None]
    """Shows a sentence for a while."""
    ask: Ask
    clock: Callable[[], float]
    """Tells what time it is in the room, in seconds since the epoch."""
    draw: Callable[[], None]
    """Draws all but the people anew."""

    @property
    def other(self) -> Participant:
        """The chosen person; the table of actions has seen to it that there is one."""
        other = self.situation().other
        if other is None:
            raise LookupError("nobody is chosen")
        return other

    def command(self, command: WireCommand) -> None:
        """Ask the room for something."""
        self.post(CommandWanted(command))

    def if_sure(self, question: str, deed: str, command: Callable[[], WireCommand]) -> None:
        """Ask the room for something, once one is sure."""
        from tui_rooms.tui.screens.ask_sure import AskSure

        def answered(sure: bool | None) -> None:
            if sure:
                self.command(command())

        self.ask(AskSure(question, deed), answered)
