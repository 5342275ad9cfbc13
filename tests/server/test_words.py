"""What a server answers to what it does not understand: in our words, at once, by every door."""

import itertools
import json
import socket
from typing import Any

import pytest

from tests.server.api.people import make_room
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server
from tests.wire.test_sentences import LIBRARYS_WORDS
from tui_rooms.client.lobby import Lobby
from tui_rooms.rules.errors import RoomError


@pytest.mark.parametrize(
    "request_text",
    [
        '{"type": "do", "id": 71, "command": {"kind": "set_slow_mode", "seconds": NaN}}',
        '{"type": "do", "id": 71, "command": {"kind": "set_slow_mode", "seconds": null}}',
        '{"type": "do", "id": 71, "command": {"kind": "dance"}}',
        '{"type": "dance", "id": 71}',
        '{"id": 71}',
        '{"type": "join_room", "id": 71, "room": "no such!"}',
        '{"type": "watch_rooms", "id": 71, "text": "\\ud800"}',
        '{"type": "watch_rooms", "id": 71, "also": 2}',
    ],
)
def test_a_request_that_cannot_be_read_is_answered_by_its_id(door: Server, request_text: str):
    """Whoever asked need not wait for an answer that cannot come; the next one is answered too."""
    with dialogue(door.url, name="Ana") as ana:
        ana.send(request_text)
        refused = ana.hear("refused")
        assert (refused["id"], refused["code"]) == (71, "bad-message")
        assert not LIBRARYS_WORDS.search(refused["reason"])
        assert ana.ask("watch_rooms")["type"] == "ack"


ODD: list[Any] = [
    None,
    True,
    -1,
    1.5,
    1e308,
    "",
    "x",
    "A B",
    "é" * 300,
    [],
    {},
    [None],
    "\x00",
    "*",
]
BODIES = {
    "/api/rooms": {"title": "T", "room": "tea", "live": True, "starts_at": "x", "private": False},
    "/api/rooms/{room}/commands": {"command": {"kind": "set_slow_mode", "seconds": 5}},
    "/api/rooms/{room}/invitations": {"role": "speaker", "uses": 3, "expires_at": None},
    "/api/tokens": {"identity": "x", "name": "X", "rooms": ["tea"], "role": "host", "life_s": 60},
    "/api/invitations/use": {"secret": "x", "name": "X"},
}


def odd_bodies(body: dict[str, Any]) -> list[Any]:
    """The body with each of its fields made odd, each left out, one more, and not a body at all."""
    changed = [{**body, name: odd} for name, odd in itertools.product(body, ODD)]
    left_out = [{n: v for n, v in body.items() if n != name} for name in body]
    no_bodies = [b"", b"{", b"\xff", b"NaN", b"[" * 5000, b'{"title": NaN}', [], 5, "x", None]
    return [*changed, *left_out, {**body, "also": 1}, *no_bodies]


@pytest.mark.parametrize("path", BODIES)
def test_the_api_refuses_whatever_it_is_sent_in_our_words(door: Server, path: str):
    """Every field of every body, odd; never a 500, and never a library's sentence."""
    host = make_room(door, title="Odd")
    url = door.url + path.format(room=host.room)
    for body in odd_bodies(BODIES[path]):
        sent = b"null" if body is None else body
        answer = call(url, sent, method="POST", token=host.token)
        assert answer.status < 500, (body, answer.body)
        if answer.status >= 400:
            assert not LIBRARYS_WORDS.search(answer.reason), (body, answer.reason)
            assert answer.code


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/rooms/A%20B", "GET"),
        ("/api/rooms/%C5%81%C3%B3d%C5%BA", "GET"),
        ("/api/rooms/x%00y", "GET"),
        (f"/api/rooms/{'a' * 41}", "GET"),
        ("/api/rooms/tea/chat?limit=nan", "GET"),
        ("/api/rooms/tea/chat?limit=", "GET"),
        ("/api/rooms/tea/participants?offset=-1", "GET"),
        ("/api/rooms/tea/participants?offset=%D9%A3", "GET"),
        ("/api/rooms?state=dead", "GET"),
        ("/api/rooms?since=tomorrow", "GET"),
        ("/api/rooms?since=9999-99-99T00:00:00Z", "GET"),
        ("/api/rooms?also=1", "GET"),
        ("/api/rooms?cursor=%FF", "GET"),
        ("/api/rooms/tea/invitations/A%20B", "DELETE"),
        ("/api/nothing", "GET"),
        ("/api/health", "PUT"),
    ],
)
def test_a_path_or_query_that_makes_no_sense_is_refused_in_our_words(
    door: Server, path: str, method: str
):
    """Also where the path or the method itself is none of the API's."""
    answer = call(door.url + path, method=method)
    assert 400 <= answer.status < 500
    assert not LIBRARYS_WORDS.search(answer.reason), answer.reason


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: nan\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: \x00\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_like_everything_else(door: Server, sent: bytes):
    """As JSON with a code and a sentence, and the connection ends."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "bad-request"


def test_the_credentials_of_the_api_are_refused_in_our_words(door: Server):
    """Basic that is none, tokens that are none."""
    body = BODIES["/api/tokens"]
    for header in ("Basic !!!", "Basic eA==", "Bearer", "Bearer x", "Bearer a.b.c", "Digest x"):
        answer = call(f"{door.url}/api/tokens", body, headers={"Authorization": header})
        assert answer.status == 401, header
        assert not LIBRARYS_WORDS.search(answer.reason), answer.reason


def test_a_rooms_name_with_capitals_is_the_room_by_every_door(door: Server):
    """API, WebSocket and the Python client; for making it, finding it and tokens for it."""
    host = make_room(door, title="Shout", room="SHOUT")
    assert host.room == "shout"
    for path in ("Shout", "SHOUT/participants", "sHOUT/chat"):
        assert call(f"{door.url}/api/rooms/{path}", token=host.token).status == 200
    with dialogue(door.url, name="Ana") as ana:
        assert ana.ask("preview_room", room="SHOUT")["room"]["room"] == "shout"
        assert ana.ask("join_room", room="Shout", media=False)["room"] == "shout"
    again = call(f"{door.url}/api/rooms", {"title": "Again", "room": "Shout"})
    assert (again.status, again.code) == (409, "room-exists")


async def test_a_client_asks_for_a_room_by_any_capitals_and_is_told_of_impossible_ones(
    door: Server,
):
    """Nothing is sent that no server could read."""
    async with Lobby.connect(door.url, name="Ana") as lobby:
        await lobby.create("Choir", room="Choir", live=True)
        assert (await lobby.preview("CHOIR")).room.room == "choir"
        with pytest.raises(RoomError, match="no room has the id 'A B': ids are small letters"):
            await lobby.preview("A B")
        with pytest.raises(RoomError, match="seconds nan is not possible"):
            await lobby.room("choir").set_slow_mode(float("nan"))
