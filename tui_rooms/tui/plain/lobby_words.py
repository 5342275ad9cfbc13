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
    try:
        room_id = visit.rooms.find(rest) or typed_room_id(rest)
    except ValueError as exc:
        raise TypingError(str(exc)) from exc
    if all(room.room_id != room_id for room in visit.lobby.rooms):
        raise TypingError(f"no room {rest!r:.60}; expected a number of the list, see: rooms")
    visit.bridge.join(room_id)


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


LOBBY: Final = (
    Command("rooms", "list the rooms", _rooms),
    Command("join NUMBER", "go into a room of the list", _join),
    Command("new TITLE", "open a room; it goes live at once", _new),
    Command("goto LINK", "go to another server, or into a room by its link", _goto),
    Command("name NAME", "change your name", _name),
)
