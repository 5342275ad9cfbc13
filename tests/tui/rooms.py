"""Rooms that stand in an app, for the tests of the screen."""

from collections.abc import Mapping
from dataclasses import replace

from tests.tui.places import Stand
from tui_rooms.client.link.search import Looking
from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.client.sound.levels import Level
from tui_rooms.tui.messages import CommandWanted
from tui_rooms.tui.model.room_view import RoomView, Sound
from tui_rooms.tui.screens.room.place import RoomPlace

LINK = LinkState(
    phase=LinkPhase.CONNECTED,
    media=MediaPhase.CONNECTED,
    round_trip_ms=28.0,
    loss=0.002,
    buffer_ms=60.0,
)
LOST = replace(
    LINK,
    phase=LinkPhase.RECONNECTING,
    media=MediaPhase.RECONNECTING,
    looking=Looking(next_at=5.0, until=567.0),
)
"""The server is looked for; at 0 by the clock of `Looking`."""
SOUND = Sound()
AN_HOUR = 4365.0
WIDE = (120, 36)


def silence() -> Mapping[str, Level]:
    """Nobody says anything."""
    return {}


def standing(view: RoomView) -> Stand:
    """A room in an app; it is an hour on air."""
    return Stand(RoomPlace(view, silence, sound=SOUND, link=LINK, clock=lambda: AN_HOUR))


def place(app: Stand) -> RoomPlace:
    """The room of the app."""
    assert isinstance(app.place, RoomPlace)
    return app.place


def asked(app: Stand) -> list[object]:
    """The commands that were wished for."""
    return [wish["command"] for wish in app.wished(CommandWanted)]
