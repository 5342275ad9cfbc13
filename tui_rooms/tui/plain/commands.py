"""What can be typed in the lobby: a table of words, and what they wish for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.plain.narrator import room_list

if TYPE_CHECKING:
    from tui_rooms.tui.plain.session import PlainSession


class TypingError(Exception):
    """What was typed cannot be done; the sentence says why, and what can."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Command:
    """One word."""

    usage: str
    """With what follows it."""
    explained: str
    run: "Callable[[PlainSession, str], None]"
    """Gets what follows the word."""
    does: tuple[str, ...] = ()
    """The ids of the screen's actions that it is for."""

    @property
    def word(self) -> str:
        """What is typed first."""
        return self.usage.partition(" ")[0]


def _rooms(session: "PlainSession", _: str) -> None:
    session.say(*room_list(session.lobby.rooms, session.rooms))


def _join(session: "PlainSession", rest: str) -> None:
    room_id = session.rooms.find(rest) or rest
    if all(room.room_id != room_id for room in session.lobby.rooms):
        raise TypingError(f"no room {rest!r}; expected a number of the list, see: rooms")
    session.bridge.join(room_id)


def _new(session: "PlainSession", rest: str) -> None:
    if not rest:
        raise TypingError("a room needs a title: new TITLE")
    session.bridge.open(RoomPlan(title=rest, room_type="open_mic"))


def _goto(session: "PlainSession", rest: str) -> None:
    session.bridge.go_to(ServerChoice(rest))


def _name(session: "PlainSession", rest: str) -> None:
    if not rest:
        raise TypingError("expected a name: name NAME")
    session.bridge.rename(rest)
    session.say(f"you will be {rest} in the next room")


def _help(session: "PlainSession", _: str) -> None:
    width = max(len(command.usage) for command in session.commands.values())
    session.say(
        *(f"{command.usage:<{width}}  {command.explained}" for command in session.commands.values())
    )


def _quit(session: "PlainSession", _: str) -> None:
    session.ended = True


ANYWHERE: Final = (
    Command("help", "list these words", _help),
    Command("quit", "leave tui-rooms", _quit),
)
IN_LOBBY: Final = {
    command.word: command
    for command in (
        Command("rooms", "list the rooms", _rooms),
        Command("join NUMBER", "go into a room of the list", _join),
        Command("new TITLE", "open a room; it goes live at once", _new),
        Command("goto LINK", "go to another server, or into a room by its link", _goto),
        Command("name NAME", "change your name", _name),
        *ANYWHERE,
    )
}
