"""The HTTP API, and who may use it."""

import contextlib

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.waiting import wait_until
from tui_rooms.server.api.errors import status_of
from tui_rooms.server.door.addresses import AddressLimits


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
    for body in (None, {"title": "x"}):
        answer = call(f"{door.url}/api/rooms", body, headers=headers)
        assert (answer.status, answer.code) == (403, "foreign-origin")
        assert "may not use this server" in answer.reason or "not a name of" in answer.reason


def test_a_foreign_page_cannot_open_the_websocket(door: Server):
    """The handshake itself is refused."""
    with pytest.raises(InvalidStatus) as refused:
        connect(door.url.replace("http", "ws") + "/ws", origin="http://evil.example")
    assert refused.value.response.status_code == 403


def test_no_other_path_is_a_websocket(door: Server):
    """It is refused like any path that is not there, and is no visit."""
    for path in ("/", "/ws/", "/wss", "/api/rooms"):
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{door.port}{path}")
        assert refused.value.response.status_code == 403
    with connect(f"ws://127.0.0.1:{door.port}/ws?from=here"):
        wait_until(lambda: call(f"{door.url}/api/health").body["connections"] == 1, "one visit", 10)


def test_our_own_page_may(door: Server):
    """A page that this server served is of the same origin."""
    assert call(f"{door.url}/api/rooms", headers={"Origin": door.url}).status == 200


def test_a_body_that_is_too_long_is_refused_unread(door: Server):
    """413 above 64 KiB."""
    answer = call(f"{door.url}/api/rooms", b"x" * 100_000)
    assert (answer.status, answer.code) == (413, "body-too-long")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"titel": "x"}, "title"),
        ({"title": "x", "also": 1}, "also"),
        ({"title": "x", "live": "yes"}, "live"),
        ({"title": "x", "starts_at": 4_000_000_000}, "starts_at"),
        ({"title": "x", "starts_at": "2030-05-01T18:00:00"}, "time zone"),
        ({"title": "x", "room": "A B"}, "room"),
        ({"title": "x" * 201}, "200"),
        (b"{", "JSON"),
        (b"\xff", "body"),
        ([], "body"),
    ],
)
def test_a_malformed_body_is_refused_with_the_place(door: Server, body, says):
    """400, and the sentence names the field."""
    answer = call(f"{door.url}/api/rooms", body)
    assert (answer.status, answer.code) == (400, "bad-request")
    assert says in answer.reason


def test_paths_and_methods_that_are_not_there_are_refused_in_the_same_form(door: Server):
    """404 and 405, and 405 says what there is."""
    assert call(f"{door.url}/api/nothing").code == "unknown-path"
    answer = call(f"{door.url}/api/rooms", b"", method="DELETE")
    assert (answer.status, answer.code) == (405, "bad-method")
    assert answer.headers["allow"] == "GET, POST"


def test_the_page_of_a_room_shows_text_as_text(door: Server):
    """What stands in a link is never markup."""
    page = call(f"{door.url}/r/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>" not in page.body


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--no-guests",)])
def test_where_no_guests_are_allowed_every_call_needs_a_token(options):
    """401 without, 200 with the host's; a wrong one is refused with the reason."""
    with running_server(*options) as guarded:
        rooms = f"{guarded.url}/api/rooms"
        for path in ("", "/tea", "/tea/chat", "/tea/calendar.ics", "/tea/invitations"):
            answer = call(rooms + path)
            assert (answer.status, answer.code) == (401, "token-required"), path
        assert call(rooms, {"title": "Tea"}).status == 401
        assert call(rooms, token=guarded.host_token).status == 200
        wrong = call(rooms, token="nonsense")
        assert (wrong.status, wrong.code) == (401, "bad-token")
        assert wrong.headers["www-authenticate"] == "Bearer"


def test_a_server_answers_to_the_names_that_it_was_given():
    """Behind a proxy it is called by its public name; any other stays foreign."""
    with running_server("--open", "--hostname", "rooms.example.org") as named:
        page = {"Host": "rooms.example.org", "Origin": "https://rooms.example.org"}
        assert call(f"{named.url}/api/rooms", headers=page).status == 200
        other = {"Host": "rooms.example.com"}
        assert call(f"{named.url}/api/rooms", headers=other).status == 403


def test_an_address_that_asks_too_fast_is_slowed_down_and_others_are_not(proxied: Server):
    """429 with a sentence; a proxy that is trusted says for whom it asks."""
    crowd = {"X-Forwarded-For": "203.0.113.7"}
    answers = [call(f"{proxied.url}/api/health", headers=crowd) for _ in range(130)]
    refused = [answer for answer in answers if answer.status != 200]
    assert refused
    assert (refused[0].status, refused[0].code) == (429, "too-fast")
    assert refused[0].headers["retry-after"] == "1"
    other = {"X-Forwarded-For": "203.0.113.8"}
    assert call(f"{proxied.url}/api/health", headers=other).status == 200


def test_an_address_opens_so_many_websockets(proxied: Server):
    """The handshake of one more is refused, until another has ended."""
    url = proxied.url.replace("http", "ws") + "/ws"
    crowd = {"X-Forwarded-For": "203.0.113.9"}
    with contextlib.ExitStack() as sockets:
        first = sockets.enter_context(connect(url, additional_headers=crowd))
        for _ in range(AddressLimits().connections - 1):
            # as fast as the address may: each is a request too
            wait_until(lambda: _opened(sockets, url, crowd), "a connection")
        with pytest.raises(InvalidStatus) as refused:
            wait_until(lambda: _opened(sockets, url, crowd), "a refusal")
        assert b"too-many-connections" in refused.value.response.body
        first.close()
        wait_until(lambda: _opened(sockets, url, crowd, "too-many"), "room for one more")


def _opened(
    sockets: contextlib.ExitStack, url: str, headers: dict[str, str], passing: str = "too-fast"
) -> bool:
    """Whether one more connection is open; False when it was refused for what will pass."""
    try:
        sockets.enter_context(connect(url, additional_headers=headers))
    except InvalidStatus as error:
        said = error.response.body or b""
        if passing.encode() in said or b"too-fast" in said:
            return False
        raise
    return True


def test_a_refusal_has_a_status_that_programs_go_by():
    """Every code of the rules has one; a value is 422, a state 409."""
    assert status_of("not-allowed") == 403
    assert status_of("unknown-room") == 404
    assert status_of("bad-text") == 422
    assert status_of("hands-closed") == 409
    assert status_of("slow-mode") == 429
