"""Lobbies that stand in an app, for the tests of the screen."""

from tests.tui.places import Stand
from tui_rooms.tui.messages import JoinWanted
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState, WasIn
from tui_rooms.tui.screens.lobby.place import LobbyPlace

JAZZ = LobbyRoom(
    room_id="jazz",
    title="Friday Night Jazz Talk",
    host="Ana",
    room_type="audio_room",
    people=66,
    speakers=("Ana", "Ben", "Cleo"),
)
TEA = LobbyRoom(room_id="tea", title="お茶の時間", host="美琳", room_type="open_mic", people=1)
OPEN = LobbyState(
    phase=LobbyPhase.CONNECTED, server="http://127.0.0.1:7600", embedded=True, rooms=(JAZZ, TEA)
)
EMPTY = OPEN._replace(rooms=())
GONE = LobbyState(
    phase=LobbyPhase.UNREACHABLE,
    server="http://127.0.0.1:7600",
    sentence="nobody answers at 127.0.0.1:7600; is the server running?",
)
WAS_IN = GONE._replace(was_in=WasIn("jazz", "Friday Night Jazz Talk"))


def standing(state: LobbyState = OPEN) -> Stand:
    """A lobby in an app."""
    return Stand(LobbyPlace("Dmitri", state))


def lobby(app: Stand) -> LobbyPlace:
    """The place of the app."""
    assert isinstance(app.place, LobbyPlace)
    return app.place


def rooms_wished(app: Stand) -> list[str]:
    """Where one wants to go."""
    return [wish["room_id"] for wish in app.wished(JoinWanted)]
