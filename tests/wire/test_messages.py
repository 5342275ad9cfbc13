"""What may go over the wire."""

from dataclasses import MISSING, fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tui_rooms.rules import commands
from tui_rooms.rules.room import Life, Room
from tui_rooms.wire import messages
from tui_rooms.wire.commands import WireCommand
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


@pytest.mark.parametrize("room", ["", "-tea", "Téa", "a" * 41, "té", "a/b", "a b"])
def test_a_room_id_is_small_letters_digits_and_dashes(room):
    """Ids stand in links, so they are plain."""
    with pytest.raises(ValidationError):
        messages.JoinRoom(id=1, room=room)


WIRE = get_args(get_args(WireCommand)[0])


def test_every_command_of_a_participant_is_on_the_wire():
    """The few that have a form of their own keep their kind."""
    own = {command.__dataclass_fields__["kind"].default for command in WIRE}
    rules = get_args(commands.ParticipantCommand)
    assert own == {command.__dataclass_fields__["kind"].default for command in rules}


SAMPLES = {
    "identity": "x", "role": "host", "capability": "send-audio", "grant": True, "roles": [],
    "reason": "r", "text": "t", "message_id": "m", "report_id": "r", "seconds": 1.0,
    "emoji": "e", "type": "t", "data": "1", "key": "k", "value": "v",
    "entry": "locked",
}  # fmt: skip


@pytest.mark.parametrize("command", WIRE, ids=lambda command: command.__name__)
def test_a_field_that_a_command_does_not_have_is_refused(command):
    """Nobody believes to have said something that was never read."""
    needed = {
        field.name: SAMPLES[field.name]
        for field in fields(command)
        if field.default is MISSING and field.default_factory is MISSING
    }
    sent = {"kind": command.__dataclass_fields__["kind"].default, **needed}
    messages.CLIENT_MESSAGE.validate_python({"type": "do", "id": 1, "command": sent})
    with pytest.raises(ValidationError, match="also"):
        messages.CLIENT_MESSAGE.validate_python(
            {"type": "do", "id": 1, "command": {**sent, "also": 1}}
        )


@pytest.mark.parametrize(
    "command",
    [
        {"kind": "send_message", "text": "x", "message_id": "mine"},
        {"kind": "report", "identity": "x", "reason": "r", "report_id": "mine"},
        {"kind": "update_room", "password_hash": "$argon2id$mine"},
        {"kind": "resume_room"},
        {"kind": "join_room"},
        {"kind": "send_message", "text": "x", "to": {"kind": "everyone", "identity": "x"}},
    ],
)
def test_what_the_server_alone_may_fill_in_is_refused(command):
    """Ids, hashes and the system's own commands do not come from outside."""
    with pytest.raises(ValidationError):
        messages.CLIENT_MESSAGE.validate_python({"type": "do", "id": 1, "command": command})
