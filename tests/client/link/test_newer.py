"""A server that is newer than this client is understood, as far as it can be."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tui_rooms.client.link.newer import read
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Room
from tui_rooms.wire import messages

MUTED = {"kind": "muted", "identity": "ana", "by": "ben", "at": 1.0}
ROOM = Room(
    room_id="tea", title="Tea", room_type="open_mic", created_at=1.0, host_name="A", life=Life.LIVE
)  # fmt: skip


def snapshot(**fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(messages.Snapshot(room=ROOM, upto=3).model_dump_json())
    return {**whole, "room": {**whole["room"], **fields}}


def understood(message: dict[str, Any]) -> Any:
    return read(json.dumps(message))


def test_a_message_of_an_unknown_kind_is_passed_over():
    """It was meant for others."""
    assert understood({"type": "recording", "since": 3}) is None


def test_fields_that_are_not_known_are_left_out():
    """Of the message itself, and of what is in it."""
    assert understood({"type": "ack", "id": 1, "weather": "fine"}) == messages.Ack(id=1)
    assert understood(snapshot(locked=True)).room == ROOM
    events = understood({"type": "events", "upto": 2, "events": [{**MUTED, "why": "noise"}]})
    assert events.events[0].identity == "ana"


def test_events_that_are_not_known_are_left_out_and_the_rest_is_applied():
    """The number of the last one counts all the same: nothing is asked for again."""
    some = [{"kind": "locked", "at": 1.0}, MUTED, {"kind": "captioned", "text": "…"}, MUTED]
    events = understood({"type": "events", "upto": 9, "events": some})
    assert [event.kind for event in events.events] == ["muted", "muted"]
    assert events.upto == 9


def test_capabilities_and_roles_that_are_not_known_are_left_out():
    """In a set of them, wherever it stands."""
    room = understood(
        snapshot(grants={"ana": ["fly", "send-audio", "swim"]}, hands_open=["king", "listener"])
    ).room
    assert room.grants == {"ana": {Capability.SEND_AUDIO}}
    assert room.hands_open == {Role.LISTENER}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "events", "upto": 2, "events": [{"kind": "muted", "identity": 7}]},
        {"type": "events", "upto": "many", "events": [{"kind": "locked"}]},
        {"type": "ack"},
        {"type": 7},
        snapshot(life="asleep"),
        [],
        "[" * 100_000,
    ],
)
def test_what_is_wrong_and_not_new_is_refused(message: Any):
    """A known thing that does not have its form is no news of a later version."""
    with pytest.raises(ValidationError):
        read(message if isinstance(message, str) else json.dumps(message))
