"""The chat as one person follows it: nothing that was seen is lost, nothing deleted stays."""

from tests.tui.people import a_message, jazz
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room
from tui_rooms.tui.model.conversation import KEPT, Conversation


def a_room() -> Room:
    """With an empty chat."""
    return jazz().room


def written(room: Room, first: int, last: int) -> None:
    """Messages of these numbers, of which the room keeps the newest."""
    ben = room.stage["ben"]
    for number in range(first, last + 1):
        room.chat[f"m{number}"] = a_message(number, ben, f"number {number}")
        while len(room.chat) > room.kind.settings.chat_history:
            del room.chat[next(iter(room.chat))]


def numbers(chat: tuple[ChatMessage, ...]) -> list[int]:
    """Of messages."""
    return [int(one.message_id[1:]) for one in chat]


def test_what_the_room_forgets_stays_where_it_was_seen() -> None:
    """With an older page before it, and no hole between."""
    room = a_room()
    written(room, 101, 300)
    conversation = Conversation(room)
    assert conversation.has_older
    conversation.chat(room)
    conversation.add_older(
        [a_message(number, room.stage["ben"], "") for number in range(51, 101)], more=True
    )
    for last in range(301, 601, 100):
        written(room, last, last + 99)
        conversation.chat(room)
    assert numbers(conversation.chat(room)) == list(range(51, 601))


def test_after_too_long_away_the_hole_is_read_from_the_server() -> None:
    """Not the one before the very oldest is asked for then, but what is missing."""
    room = a_room()
    written(room, 1, 10)
    conversation = Conversation(room)
    conversation.chat(room)
    assert not conversation.has_older
    written(room, 11, 900)
    assert numbers(conversation.chat(room)) == list(range(701, 901))
    assert conversation.has_older


def test_there_is_an_end_to_what_is_kept() -> None:
    """The server has the rest."""
    room = a_room()
    conversation = Conversation(room)
    for first in range(1, KEPT + 200, 100):
        written(room, first, first + 99)
        conversation.chat(room)
    assert len(conversation.chat(room)) == KEPT
    assert conversation.has_older


def test_an_old_message_that_is_deleted_is_gone_here_too() -> None:
    """Though the room has forgotten it."""
    room = a_room()
    conversation = Conversation(room)
    written(room, 1, 200)
    conversation.chat(room)
    written(room, 201, 210)
    conversation.delete("m1", "ana")
    assert "m1" not in room.chat
    first = conversation.chat(room)[0]
    assert (first.message_id, first.text, first.deleted_by) == ("m1", "", "ana")
