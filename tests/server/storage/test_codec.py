"""What lies in a database is read for years: `events.jsonl` has one old line of every kind."""

import json
from pathlib import Path
from typing import get_args

import pytest

from tests.server.storage.rooms import made
from tui_rooms.rules.events import PRESENCE, Event
from tui_rooms.server.storage.codec import card_text, event_text, read_card, read_event
from tui_rooms.server.storage.errors import StorageError

OLD_LINES = Path(__file__).with_name("events.jsonl").read_text(encoding="utf-8").splitlines()


def read(text: str) -> Event:
    return read_event(text, room_id="talk", seq=7)


def still_tells(old: object, new: object) -> bool:
    """Whether nothing that the old text says is missing or different in the new one."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and still_tells(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, list):  # sets have no order
        return isinstance(new, list) and sorted(map(str, old)) == sorted(map(str, new))
    return old == new


@pytest.mark.parametrize("line", OLD_LINES, ids=lambda line: json.loads(line)["kind"])
def test_an_old_line_is_still_read(line):
    """Each event that was ever written keeps its meaning: no field is renamed or dropped."""
    event = read(line)
    assert still_tells(json.loads(line), json.loads(event_text(event)))
    assert read(event_text(event)) == event


def test_every_kind_that_is_logged_has_an_old_line():
    """A new kind of event gets its line, so that it stays readable from then on."""
    logged = {kind.__name__ for kind in get_args(Event)} - {kind.__name__ for kind in PRESENCE}
    assert {type(read(line)).__name__ for line in OLD_LINES} == logged


def test_a_card_is_read_back():
    """The card of a room, whole."""
    _, card = made(description="Über – 👏", starts_at=5.25, live_at=6.5, private=True)
    assert read_card(card_text(card)) == card


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind":"sung"}', '{"kind":"muted","identity":"ana"}', "[" * 100_000]
)
def test_text_that_is_no_event_is_named(text):
    """The operator learns what cannot be read and what to do, and never sees a traceback."""
    with pytest.raises(StorageError, match="event 7 of room 'talk' cannot be read") as refused:
        read(text)
    assert refused.value.code == "storage-unreadable"
    assert len(refused.value.sentence) < 300
