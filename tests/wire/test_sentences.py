"""What people are told of messages that cannot be read: in our words, never a library's."""

import json
import math
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from tui_rooms.client.link.signalling import checked
from tui_rooms.rules import commands, events
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire import messages
from tui_rooms.wire.commands import UpdateRoom
from tui_rooms.wire.requests import request_id_in
from tui_rooms.wire.sentences import finding_text, place_of, sentence_for

LIBRARYS_WORDS = re.compile(
    r"[Ii]nput should|[Ff]ield required|[Ee]xtra inputs|should (be|have|match)|[Vv]alue error|"
    r"[Uu]nable to|valid (string|integer|number|dictionary|list)|pattern|\^\[|[Uu]nexpected|"
    r"[Ee]xpecting|pydantic|[Aa]ssertion|\bargument\b|EOF|[Dd]ecod|NoneType|Traceback|regular"
)
"""What pydantic, Python's json and Starlette say."""
CONTEXT = {
    "gt": 1, "ge": 1, "lt": 9, "le": 9, "min_length": 1, "max_length": 9, "actual_length": 10,
    "expected": "'a', 'b' or 'c'", "expected_tags": "'a', 'b'", "tag": "d", "pattern": "^[a-z]$",
    "discriminator": "'kind'", "error": "LIBRARY at line 1 column 2", "field_type": "LIBRARY",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(get_args(ErrorType)) - {"value_error"}))
def test_no_finding_is_told_in_the_librarys_words(kind):
    """Whatever kind it is, of those that there are and of those that we use."""
    finding = {"type": kind, "loc": ("do", "id"), "msg": "LIBRARY", "input": 5, "ctx": CONTEXT}
    told = f"{place_of(finding)} {finding_text(finding)}"
    assert "LIBRARY" not in told
    assert not LIBRARYS_WORDS.search(told)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
REQUESTS = [
    {"type": "hello", "version": 1, "name": "Ana", "token": "t", "features": ["a"]},
    {"type": "watch_rooms", "id": 1, "state": "live", "text": "x"},
    {"type": "find_rooms", "id": 1, "host": "x", "since": 1.0, "until": 2.0, "limit": 5},
    {"type": "create_room", "id": 1, "room": "tea", "title": "Tea", "live": True, "starts_at": 1.0},
    {"type": "join_room", "id": 1, "room": "tea", "role": "host", "media": False, "upto": 5},
    {"type": "do", "id": 1, "room": "tea", "command": {"kind": "set_slow_mode", "seconds": 5}},
    {"type": "do", "id": 1, "command": {"kind": "set_hands", "roles": ["listener"]}},
    {"type": "do", "id": 1, "command": {"kind": "block", "identity": "x", "seconds": 1.0}},
    {"type": "list_participants", "id": 1, "text": "", "offset": 1, "limit": 5},
]


@given(st.data())
def test_a_message_with_anything_anywhere_is_read_or_refused_in_our_words(data):
    """A field or a command's field is taken out, put in, or made into something else."""
    message = json.loads(json.dumps(data.draw(st.sampled_from(REQUESTS))))
    there = message["command"] if "command" in message and data.draw(st.booleans()) else message
    name = data.draw(st.sampled_from(sorted(there)) | st.text(max_size=9))
    if data.draw(st.booleans()):
        there[name] = data.draw(ANYTHING)
    else:
        there.pop(name, None)
    try:
        messages.CLIENT_MESSAGE.validate_json(json.dumps(message))
    except ValidationError as error:
        # Without the values, which are the sender's own words.
        told = re.sub(r"\(got .*\)|'[^']*'", "", sentence_for(error))
        assert not LIBRARYS_WORDS.search(told), told


NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e309", "-1e309", '"NaN"', '"inf"', "9" * 400]


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(
    "message",
    [
        '{"type": "do", "id": 7, "command": {"kind": "set_slow_mode", "seconds": %s}}',
        '{"type": "do", "id": 7, "command": {"kind": "block", "identity": "x", "seconds": %s}}',
        '{"type": "do", "id": 7, "command": {"kind": "update_room", "starts_at": %s}}',
        '{"type": "create_room", "id": 7, "title": "Tea", "starts_at": %s}',
        '{"type": "find_rooms", "id": 7, "since": %s}',
    ],
)
def test_no_request_has_a_number_that_is_none(message, number):
    """A server refuses it, with the request's own id: no rule sees it, and no log keeps it."""
    text = message % number
    with pytest.raises(ValidationError) as refused:
        messages.CLIENT_MESSAGE.validate_json(text)
    assert "expected a finite number" in sentence_for(refused.value)
    assert request_id_in(text) == 7


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(
    "message",
    [
        '{"type": "media_loss", "uplink": %s, "downlink": 0}',
        '{"type": "audience", "count": 1, "joined": [{"identity":"x","name":"x","since": %s}]}',
        '{"type": "events", "upto": 1, "events": '
        '[{"kind": "slow_mode_set", "seconds": %s, "by": "x", "at": 1}]}',
    ],
)
def test_no_client_takes_a_number_that_is_none_from_a_server(message, number):
    """Meters, clocks and sentences need none of their own care."""
    with pytest.raises(ValidationError):
        messages.SERVER_MESSAGE.validate_json(message % number)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (commands.SetSlowMode(seconds=math.nan), "seconds nan is not possible: expected a finite"),
        (commands.SetSlowMode(seconds=math.inf), "seconds inf is not possible: expected a finite"),
        (commands.Block(identity="x", seconds=-math.inf), "seconds -inf is not possible"),
        (UpdateRoom(starts_at=math.nan), "starts_at nan is not possible"),
        (commands.Kick(identity=5), "identity 5 is not possible: expected text"),  # type: ignore[arg-type]
        (commands.SetHands(roles="boss"), "roles 'boss' is not possible: expected a list"),  # type: ignore[arg-type]
    ],
)
def test_a_client_refuses_at_once_what_no_server_could_read(command, says):
    """Nobody waits for an answer to it; the sentence names field, value and what is expected."""
    with pytest.raises(RoomError) as refused:
        checked(lambda: messages.Do(id=1, command=command))
    assert refused.value.code == "bad-request"
    assert says in refused.value.sentence


def test_a_client_never_repeats_a_secret_that_is_not_possible():
    """Neither a token nor a password that is too long."""
    for build in (
        lambda: messages.Hello(version=1, token="s3cret" * 1000),
        lambda: messages.JoinRoom(id=1, room="tea", password="s3cret" * 100),
    ):
        with pytest.raises(RoomError, match="is not possible: expected at most") as refused:
            checked(build)
        assert "s3cret" not in refused.value.sentence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"id": 3}', 3),
        ('{"id": 0, "type": "dance"}', 0),
        ('{"id": 9007199254740992, "type": 5}', 2**53),
        ('{"id": 4, "type": "watch_rooms", "text": "\\ud800"}', 4),
        ('{"id": 9007199254740993}', None),
        ('{"id": -1}', None),
        ('{"id": 1.5}', None),
        ('{"id": "1"}', None),
        ('{"id": true}', None),
        ('{"id": null}', None),
        ('{"id": NaN}', None),
        ('{"id": 1', None),
        ("[1]", None),
        ("5", None),
        ("", None),
        ("[" * 60_000, None),
    ],
)
def test_the_id_of_a_request_that_cannot_be_read_is_found_where_there_is_one(text, found):
    """As a request may have it; anything else is nobody's."""
    assert request_id_in(text) == found


def test_a_room_id_with_capitals_means_the_one_without():
    """People write names of rooms as they please; two rooms never differ by that alone."""
    for room in ("TEA-1", "Tea-1", "tea-1"):
        assert messages.JoinRoom(id=1, room=room).room == "tea-1"


def test_what_rooms_tell_is_held_to_the_wires_rules_too():
    """A dataclass of the rules that has more fields than it should is refused inside a message."""
    text = messages.Events(
        events=(events.SlowModeSet(seconds=5.0, by="x", at=1.0),), upto=1
    ).model_dump_json()
    assert messages.SERVER_MESSAGE.validate_json(text)
    with pytest.raises(ValidationError):
        messages.SERVER_MESSAGE.validate_json(text.replace('"by"', '"also": 1, "by"'))


@pytest.mark.parametrize(
    "name", ["x" * 60_000, "\x1b[2J" * 100, "\u202eevil", "two\nlines", "\x7f" * 9_000]
)
def test_a_field_of_any_name_is_told_in_one_short_line(name):
    """What somebody has made up is neither repeated at length nor acted on by a terminal."""
    with pytest.raises(ValidationError) as refused:
        messages.CLIENT_MESSAGE.validate_json(json.dumps({"type": "hello", "version": 1, name: 5}))
    told = sentence_for(refused.value)
    assert told.isprintable()
    assert len(told) < 200
    assert told.endswith("there is no such field")
