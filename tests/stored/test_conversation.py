"""A conversation of version 1, as it was once recorded, is still had in the same words."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.stored.play import Line, playing, still_tells, told
from tests.stored.record import CONVERSATION, TOKEN
from tests.support.server import running_server
from tests.support.waiting import wait_until
from tui_rooms.client.link.mirror import Mirror
from tui_rooms.client.link.newer import read
from tui_rooms.wire import messages

LINES: list[Line] = [
    json.loads(line) for line in CONVERSATION.read_text(encoding="utf-8").splitlines()
]
SAID = [next(iter(line.items())) for line in LINES if "to" not in line]
HEARD = [line for line in LINES if "to" in line]


@pytest.fixture(scope="module")
def heard_now() -> Iterator[list[Line]]:
    """What a server of today answers to a client of then, at the pace that it lets one have."""
    with running_server() as server, playing(server.url, {TOKEN: server.host_token}) as player:
        for who, message in SAID:
            wait_until(partial(player.say, who, message), "a pace that the server lets one have")
        yield player.heard


def test_a_client_of_then_is_told_by_a_server_of_now_what_it_was_told_then(
    heard_now: list[Line],
) -> None:
    """Each answer, event and snapshot says at least what it said, in the same order."""
    then, now = told(HEARD), told(heard_now)
    assert then.keys() == now.keys()
    for who, lines in then.items():
        assert [_kind(line) for line in now[who]] == [_kind(line) for line in lines]
        for old, new in zip(lines, now[who], strict=True):
            assert still_tells(old, new), f"{who} was told {old}, is told {new}"


def test_a_client_of_then_is_told_nothing_that_it_does_not_know(heard_now: list[Line]) -> None:
    """It refuses fields and kinds that are new to it: every one of a message was there before."""
    known: dict[str, set[str]] = {}
    for line in HEARD:
        known.setdefault(line["type"], set()).update(line)
    for line in heard_now:
        assert set(line) <= known.get(line["type"], set()), line
    assert _fields_of(heard_now) <= _fields_of(HEARD)


def test_a_client_of_now_reads_a_server_of_then() -> None:
    """And its mirror comes to the same room as by the snapshots that were sent on the way."""
    for who in {line["to"] for line in HEARD}:
        mirror = Mirror()
        for line in (line for line in HEARD if line["to"] == who):
            message = read(json.dumps(_without_person(line)))
            assert message is not None
            match message:
                case messages.Snapshot():
                    mirror.snapshot(message)
                case messages.Events():
                    mirror.events(message)
                case messages.Audience():
                    mirror.audience(message)
        assert mirror.room is not None
        assert mirror.room.title == "Chai"


def _fields_of(lines: list[Line]) -> set[tuple[str, str]]:
    """What rooms and events were told with."""
    rooms = [line["room"] for line in lines if line["type"] in ("snapshot", "preview")]
    rooms += [room for line in lines if line["type"] == "found" for room in line["rooms"]]
    happened = [event for line in lines if line["type"] == "events" for event in line["events"]]
    in_rooms = {("room", key) for room in rooms for key in room}
    return in_rooms | {(event["kind"], key) for event in happened for key in event}


def _without_person(line: Line) -> Line:
    return {key: value for key, value in line.items() if key != "to"}


def _kind(line: dict[str, Any]) -> str:
    return str(line.get("type") or line.get("kind"))
