"""The app's parts: nothing that is told or wished on the screen is lost among them."""

from textual.message import Message

from tests.tui.people import jazz
from tests.tui.rooms import LINK, SOUND, silence
from tui_rooms.tui import messages
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.app.room_shown import PASSED_ON
from tui_rooms.tui.app.wishes import WISHES
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.screens.room.place import RoomPlace

OURS = {
    kind
    for kind in vars(messages).values()
    if isinstance(kind, type) and issubclass(kind, Message) and kind is not Message
}


def test_every_piece_of_news_and_every_wish_is_heard_by_a_part_of_the_app() -> None:
    """A new message that nobody does anything about fails here."""
    app = TuiRooms(lambda: ServerChoice(""), name="Ana")
    assert len(OURS) > 40
    assert OURS - app.parts.hears == set()


def test_what_is_passed_on_to_the_room_is_heard_there() -> None:
    """By a part of its screen."""
    room = RoomPlace(jazz("ana"), silence, sound=SOUND, link=LINK)
    assert set(PASSED_ON) - room.parts.hears == set()


def test_no_wish_is_carried_out_twice() -> None:
    """Each has one line in the table of the bridge's."""
    kinds = [kind for kind, _ in WISHES]
    assert sorted(kinds, key=str) == sorted(set(kinds), key=str)
