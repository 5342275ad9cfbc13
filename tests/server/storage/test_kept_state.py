"""A room's state is kept now and then, and is what its whole log tells."""

import hashlib
import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.rules import wishes
from tests.server.people import Person, actor, open_room
from tests.server.storage.rooms import made, said
from tests.support.virtual_time import run_virtual
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import logged, replay
from tui_rooms.rules.room import Room
from tui_rooms.server.storage import codec, replaying
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.sqlite import SqliteLog


class Counting(MemoryLog):
    """Counts the events that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.events_read = 0

    async def read(self, room_id, after=0, limit=None):
        found = await super().read(room_id, after, limit)
        self.events_read += len(found)
        return found


async def _long_log(log: RoomLog, messages: int) -> None:
    happened, card = made(live_at=101.0)
    await log.append("talk", happened, expected=0, card=card)
    some = [said(str(number), at=200.0 + number) for number in range(messages)]
    await log.append("talk", some, expected=len(happened), card=card)


@pytest.mark.parametrize("seed", range(6))
def test_a_kept_state_is_the_replay_of_the_whole_log(seed, monkeypatch):
    """Whatever people do: kept, written as JSON, read and gone on from, it is the same room."""
    monkeypatch.setattr(replaying, "STATE_EVERY", 7)
    monkeypatch.setattr("tui_rooms.server.rooms.ledger.STATE_EVERY", 7)

    async def lived() -> None:
        rng = random.Random(seed)
        kept = MemoryLog()
        _, live = await open_room(kept=kept)
        await Person(live, "ana").join(actor=actor("ana"))
        states = 0
        for _ in range(150):
            command, name = wishes.any_command(rng, live.room)
            try:
                await live.execute(command, actor(name))
            except RoomError:
                continue
            found = await kept.state("tea")
            events = await kept.read("tea")
            if found is not None:
                states += 1
                room, version = found
                again = codec.read_state(codec.state_text(room))
                assert again == replay(events[:version])
            assert logged(live.room) == replay(events)
        assert states

    run_virtual(lived())


async def test_a_long_log_is_read_once_and_then_from_its_kept_state():
    """A server that starts again reads only what has come since."""
    log = Counting()
    await _long_log(log, 2_500)
    first = await replaying.replayed(log, "talk")
    assert log.events_read > 2_500
    log.events_read = 0
    assert await replaying.replayed(log, "talk") == first
    assert log.events_read == 0


async def test_a_kept_state_stays_in_the_file(tmp_path):
    """Another server finds it, and goes on from it with what came after."""
    log = await SqliteLog.open(tmp_path / "rooms.db")
    await _long_log(log, 1_200)
    await replaying.replayed(log, "talk")
    _, card = made(live_at=101.0)
    await log.append("talk", [said("later", at=9_000.0)], expected=1_202, card=card)
    await log.close()
    log = await SqliteLog.open(tmp_path / "rooms.db")
    found = await log.state("talk")
    assert found is not None
    assert found[1] == 1_202
    assert await replaying.replayed(log, "talk") == (replay(await log.read("talk")), 1_203)
    await log.close()


async def test_a_state_that_cannot_be_read_is_passed_over(tmp_path, monkeypatch):
    """Of another form, or damaged: the log tells the room all the same."""
    log = await SqliteLog.open(tmp_path / "rooms.db")
    await _long_log(log, 1_200)
    whole = await replaying.replayed(log, "talk")
    monkeypatch.setattr("tui_rooms.server.storage.sqlite.STATE_FORM", codec.STATE_FORM + 1)
    assert await log.state("talk") is None
    assert await replaying.replayed(log, "talk") == whole
    monkeypatch.undo()
    await log.close()
    with closing(sqlite3.connect(tmp_path / "rooms.db")) as file, file:
        file.execute("UPDATE kept_state SET body = ?", ('{"room_id": "ta',))
    log = await SqliteLog.open(tmp_path / "rooms.db")
    assert await log.state("talk") is None
    assert await replaying.replayed(log, "talk") == whole
    await log.close()


async def test_a_state_beyond_its_log_is_not_kept(log):
    """Nothing can be known that was not written; and a room that is forgotten takes it along."""
    happened, card = made(live_at=101.0, ended_at=102.0)
    await log.append("talk", happened, expected=0, card=card)
    await log.keep_state("talk", 4, replay(happened))
    assert await log.state("talk") is None
    await log.keep_state("talk", 3, replay(happened))
    assert await log.state("talk") == (replay(happened), 3)
    await log.forget_before(1_000.0)
    assert await log.state("talk") is None


_NO_SHAPE = {"description", "default"}


def _without_words(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_words(one) for key, one in schema.items() if key not in _NO_SHAPE}
    return [_without_words(one) for one in schema] if isinstance(schema, list) else schema


def test_another_shape_of_a_room_is_another_form():
    """Whoever changes `Room` or what it holds raises `STATE_FORM`, and puts the new print here."""
    text = json.dumps(_without_words(TypeAdapter(Room).json_schema()), sort_keys=True)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert (codec.STATE_FORM, fingerprint) == (4, "13734dd4b6be2897")


def test_what_is_kept_shares_nothing_with_the_room():
    """The room goes on while its state waits for the disk."""
    room = replay(made(live_at=101.0)[0])
    state = logged(room)
    assert state == replace(room)
    assert state.chat is not room.chat
