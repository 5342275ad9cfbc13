"""What can be typed in the lobby."""

from typing import Final

from tui_rooms.rules.room_id import typed_room_id
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.model.values import LobbyPhase
from tui_rooms.tui.plain.command import Command
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.narrator import room_list
from tui_rooms.tui.plain.visit import Visit


def _rooms(visit: Visit, _: str) -> None:
    visit.say(*room_list(visit.lobby.rooms, visit.rooms))


def _join(visit: Visit, rest: str) -> None:
    visit.bridge.join(_listed(visit, rest))


def _back(visit: Visit, _: str) -> None:
    if visit.lobby.was_in is None:
        raise TypingError("you have not lost a room's server; see: rooms")
    visit.bridge.go_back()


def _calendar(visit: Visit, rest: str) -> None:
    visit.bridge.calendar_link(_listed(visit, rest))


def _new(visit: Visit, rest: str) -> None:
    if not rest:
        raise TypingError("a room needs a title: new TITLE")
    if visit.lobby.phase is not LobbyPhase.CONNECTED:
        raise TypingError("no server is there to open a room on; type: goto LINK")
    visit.bridge.open(RoomPlan(title=rest, room_type="open_mic"))


def _goto(visit: Visit, rest: str) -> None:
    visit.bridge.go_to(ServerChoice(rest))


def _name(visit: Visit, rest: str) -> None:
    if not rest:
        raise TypingError("expected a name: name NAME")
    visit.bridge.rename(rest)
    visit.say(f"you wish to be called {rest}")


def _listed(visit: Visit, number: str) -> str:
    """The id of a room, by its number in the list."""
    try:
        room_id = visit.rooms.find(number) or typed_room_id(number)
    except ValueError as exc:
        raise TypingError(str(exc)) from exc
    if all(room.room_id != room_id for room in visit.lobby.rooms):
        raise TypingError(f"no room {number!r:.60}; expected a number of the list, see: rooms")
    return room_id


LOBBY: Final = (
    Command("rooms", "list the rooms", _rooms),
    Command("join NUMBER", "go into a room of the list", _join),
    Command("new TITLE", "open a room; it goes live at once", _new),
    Command(
        "calendar NUMBER",
        "a link to a planned room's start, for your calendar",
        _calendar,
        ("calendar-link",),
    ),
    Command("goto LINK", "go to another server, or into a room by its link", _goto),
    Command("back", "into the room whose server was lost", _back, ("go-back",)),
    Command("name NAME", "change your name", _name),
)
