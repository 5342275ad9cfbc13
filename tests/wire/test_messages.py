"""What may go over the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tui_rooms.rules.room import Life, Room
from tui_rooms.wire import messages
from tui_rooms.wire.sentences import sentence_for


def test_a_room_survives_the_wire():
    """A snapshot is read back as the room it was."""
    room = Room(
        room_id="tea", title="Tea", room_type="open_mic", created_at=1.0, host_name="A",
        life=Life.LIVE,
    )  # fmt: skip
    text = messages.Snapshot(room=room, upto=4).model_dump_json()
    back = messages.SERVER_MESSAGE.validate_json(text)
    assert isinstance(back, messages.Snapshot)
    assert back.room == room


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_garbage_is_refused_in_one_sentence(garbage):
    """Whatever comes, the finding is a single line for people."""
    try:
        messages.CLIENT_MESSAGE.validate_json(garbage)
    except ValidationError as error:
        sentence = sentence_for(error)
        assert sentence.startswith("message not understood")
        assert "\n" not in sentence


@pytest.mark.parametrize("room", ["", "-tea", "Tea", "a" * 41, "té", "a/b", "a b"])
def test_a_room_id_is_small_letters_digits_and_dashes(room):
    """Ids stand in links, so they are plain."""
    with pytest.raises(ValidationError):
        messages.JoinRoom(id=1, room=room)
