"""A log that this version cannot read stops its room with a sentence, never the server."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stored.test_data_directory import copied_to, token_for
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import running_server

LOCKED = {"kind": "sealed_with_wax", "by": "ana", "at": 1.0}


def _append(data: Path, room: str, body: str) -> None:
    with closing(sqlite3.connect(data / "rooms.db")) as database, database:
        (version,) = database.execute(
            "SELECT version FROM room WHERE room_id = ?", (room,)
        ).fetchone()
        database.execute(
            "INSERT INTO event (room_id, seq, body) VALUES (?, ?, ?)", (room, version + 1, body)
        )
        database.execute("UPDATE room SET version = ? WHERE room_id = ?", (version + 1, room))


@pytest.mark.parametrize(
    "body",
    [json.dumps(LOCKED), "{", '{"kind": "muted"}', '{"kind": "went_live", "by": "ana", "at": 1.0}'],
    ids=["of a later version", "cut in half", "a field is missing", "fits nothing before it"],
)
def test_one_room_that_cannot_be_read_leaves_the_others_alone(tmp_path: Path, body: str) -> None:
    """By WebSocket and HTTP it is refused with what to do; other rooms are open."""
    data = copied_to(tmp_path / "data")
    _append(data, "harbour", body)
    with running_server("--data", str(data)) as server:
        asked = call(f"{server.url}/api/rooms/harbour", token=token_for("harbour"))
        assert (asked.status, asked.code) == (503, "not-read"), asked.body
        with dialogue(server.url, token=token_for("harbour")) as ana:
            refused = ana.ask("join_room", room="harbour", media=False)
            assert (refused["type"], refused["code"]) == ("refused", "not-read")
            assert refused["reason"] == asked.reason
        with dialogue(server.url, token=token_for("garden")) as gardener:
            assert gardener.ask("join_room", room="garden", media=False)["type"] == "ack"
