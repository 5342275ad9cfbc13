"""A data directory of version 1, as it was once written, is still served."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.stored.record import DATA, KNOWN_FROM_OUTSIDE
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server, running_server

OUTSIDE = json.loads(KNOWN_FROM_OUTSIDE.read_text())


def copied_to(place: Path) -> Path:
    """The data directory with the rights that it had: git keeps none but "executable"."""
    shutil.copytree(DATA, place)
    place.chmod(0o700)
    for file in place.iterdir():
        file.chmod(0o600)
    return place


def token_for(room: str) -> str:
    """The token that a host of then holds, with an end that is still to come."""
    secret = json.loads((DATA / "keys.json").read_text())["secret"]
    claims = {**OUTSIDE["claims"][room], "exp": time.time() + 3600}
    return jwt.encode(claims, secret, algorithm="HS256")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The rooms of then, on a server of now."""
    data = copied_to(tmp_path_factory.mktemp("stored") / "data")
    with running_server("--data", str(data)) as server:
        yield server


def _get(server: Server, path: str, room: str) -> Any:
    reply = call(f"{server.url}/api/rooms/{path}", token=token_for(room))
    assert reply.status == 200, reply.body
    return reply.body


def test_a_live_room_goes_on_with_its_chat_its_roles_and_its_blocks(served: Server) -> None:
    """The token of then is its host's; who was blocked still is; the pinned message is there."""
    with dialogue(served.url, token=token_for("harbour")) as ana:
        assert ana.ask("join_room", room="harbour", media=False)["type"] == "ack"
        room = ana.hear("snapshot")["room"]
    assert (room["title"], room["life"], room["slow_mode_s"]) == ("Harbour", "live", 10.0)
    assert room["has_password"]
    assert room["pinned"]["text"] == "ships ahoy ⛵"
    assert room["blocked"]["guest-of-old"]["reason"] == "noise"
    assert [line["text"] for line in _get(served, "harbour/chat", "harbour")["messages"]] == [
        "ships ahoy ⛵"
    ]


def test_a_password_and_an_invitation_of_then_open_the_door(served: Server) -> None:
    """And a wrong password does not."""
    with dialogue(served.url, name="Cleo") as cleo:
        wrong = cleo.ask("join_room", room="harbour", media=False, password="salt")
        assert wrong["code"] == "wrong-password"
        right = cleo.ask("join_room", room="harbour", media=False, password="salt and tar")
        assert right["type"] == "ack"
    used = call(
        f"{served.url}/api/invitations/use", {"secret": OUTSIDE["invitation"], "name": "Dora"}
    )
    assert (used.status, used.body["role"], used.body["room"]) == (200, "speaker", "harbour")


def test_a_scheduled_and_a_finished_room_are_there(served: Server) -> None:
    """The private one for its host, the finished one to be read."""
    assert _get(served, "garden", "garden")["room"]["title"] == "Garden"
    assert _get(served, "cellar", "cellar")["room"]["life"] == "ended"
    found = call(f"{served.url}/api/rooms?state=ended").body["rooms"]
    assert [room["room"] for room in found] == ["cellar"]
