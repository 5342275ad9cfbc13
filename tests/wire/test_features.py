"""What is said beyond version 1 has a name, so that older programs are spared it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from tui_rooms.rules.events import Event
from tui_rooms.wire import features
from tui_rooms.wire.commands import WireCommand
from tui_rooms.wire.messages import ServerMessage
from tui_rooms.wire.requests import ClientMessage

VERSION_1 = json.loads(Path(__file__).with_name("version-1.json").read_text())
"""The kinds of everything that could be said in version 1."""


def kinds_now() -> dict[str, set[str]]:
    return {
        "requests": {kind.model_fields["type"].default for kind in get_args(ClientMessage)},
        "pushes": {kind.model_fields["type"].default for kind in get_args(ServerMessage)},
        "commands": {
            kind.__dataclass_fields__["kind"].default for kind in get_args(get_args(WireCommand)[0])
        },
        "events": {kind.__dataclass_fields__["kind"].default for kind in get_args(Event)},
    }


@pytest.mark.parametrize(
    ("what", "table"),
    [
        ("requests", features.REQUESTS),
        ("pushes", features.PUSHES),
        ("commands", features.COMMANDS),
        ("events", features.EVENTS),
    ],
)
def test_whatever_came_after_version_1_names_its_feature(what: str, table: Mapping[str, str]):
    """Nothing of version 1 is gone, and all that is new is in the table of `wire.features`."""
    now = kinds_now()[what]
    assert set(VERSION_1[what]) <= now
    assert set(table) == now - set(VERSION_1[what])


def test_a_request_needs_the_features_of_its_kind_and_of_its_command(monkeypatch):
    """A client asks before it sends; what version 1 has needs nothing."""
    monkeypatch.setitem(features.COMMANDS, "mute", "muting")
    monkeypatch.setitem(features.REQUESTS, "do", "doing")
    assert features.needed("do", "mute") == {"muting", "doing"}
    assert features.needed("do", "unmute") == {"doing"}
    assert features.needed("join_room") == frozenset()
