"""The HTTP API, and who may use it."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.support.server import Server, running_server


def call(
    url: str, *, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any] | str]:
    """One request; status and answer."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {})
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read().decode()
    return status, json.loads(text) if text.startswith("{") else text


def test_a_room_is_made_listed_and_shown(door: Server):
    """Create, list and preview agree with each other."""
    status, made = call(f"{door.url}/api/rooms", body={"title": "Tea", "live": True})
    assert status == 201
    assert made["room"]["life"] == "live"
    _, listed = call(f"{door.url}/api/rooms")
    assert made["room"]["room"] in [room["room"] for room in listed["rooms"]]
    _, shown = call(f"{door.url}/api/rooms/{made['room']['room']}")
    assert shown["title"] == "Tea"


def test_an_unknown_room_is_404_with_a_sentence(door: Server):
    """The code is the same as on the WebSocket."""
    status, answer = call(f"{door.url}/api/rooms/nowhere")
    assert (status, answer["code"]) == (404, "unknown-room")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "rooms.evil.example:7600", "Origin": "http://rooms.evil.example:7600"},
    ],
)
def test_a_foreign_page_can_neither_list_nor_create(door: Server, headers: dict[str, str]):
    """Every door looks at Origin and Host before anything else."""
    status, answer = call(f"{door.url}/api/rooms", headers=headers)
    assert status == 403
    assert "may not use this server" in answer or "not a name of this server" in answer
    status, _ = call(f"{door.url}/api/rooms", body={"title": "x"}, headers=headers)
    assert status == 403


def test_a_foreign_page_cannot_open_the_websocket(door: Server):
    """The handshake itself is refused."""
    with pytest.raises(InvalidStatus) as refused:
        connect(door.url.replace("http", "ws") + "/ws", origin="http://evil.example")
    assert refused.value.response.status_code == 403


def test_our_own_page_may(door: Server):
    """A page that this server served is of the same origin."""
    status, _ = call(f"{door.url}/api/rooms", headers={"Origin": door.url})
    assert status == 200


def test_a_body_that_is_too_long_is_refused_unread(door: Server):
    """413 above 64 KiB."""
    status, _ = call(f"{door.url}/api/rooms", body=b"x" * 100_000)
    assert status == 413


def test_a_malformed_body_is_refused_with_the_place(door: Server):
    """The sentence names the field."""
    status, answer = call(f"{door.url}/api/rooms", body={"titel": "x"})
    assert status == 422
    assert "title" in answer["reason"]


def test_the_page_of_a_room_shows_text_as_text(door: Server):
    """What stands in a link is never markup."""
    _, page = call(f"{door.url}/r/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>" not in page


def test_without_loopback_every_call_needs_a_token():
    """401 without, 200 with the host's."""
    with running_server("--host", "0.0.0.0") as guarded:
        assert call(f"{guarded.url}/api/rooms")[0] == 401
        bearer = {"Authorization": f"Bearer {guarded.host_token}"}
        assert call(f"{guarded.url}/api/rooms", headers=bearer)[0] == 200
        wrong = {"Authorization": "Bearer nonsense"}
        status, answer = call(f"{guarded.url}/api/rooms", headers=wrong)
        assert (status, answer["code"]) == (401, "bad-token")
