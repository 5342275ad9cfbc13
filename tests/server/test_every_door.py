"""Every request there is, with every kind of bearer: what it says of a room that is not theirs.

The other room is private, and its every text has one word that nobody hears who may not. Whoever
may know nothing of it is answered as if it were not there.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from tests.support.dialogue import Dialogue, dialogue
from tests.support.http import Reply, call
from tests.support.server import Server, running_server
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import Keys, load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.wire.requests import ClientMessage

WORD = "saxophone"
OTHER, NOWHERE, OWN = "jazz", "nowhere", "tea"


@dataclass(frozen=True)
class Door:
    """One kind of request about a room, `{}`."""

    request: str
    """As the OpenAPI document has it; on the WebSocket its `type`."""
    fields: dict[str, Any] | None = None
    """The body, or the fields; "{}" in them is the room."""
    opens: int | str = 200
    """How whoever may do everything is answered: a status, or the type or code of the answer."""


HTTP = [
    Door("GET /api/rooms/{room_id}"),
    Door("PATCH /api/rooms/{room_id}", {"description": f"a {WORD} again"}),
    Door("POST /api/rooms/{room_id}/commands", {"command": {"kind": "set_hands", "roles": []}}),
    Door("GET /api/rooms/{room_id}/participants"),
    Door("GET /api/rooms/{room_id}/absent"),
    Door("GET /api/rooms/{room_id}/chat"),
    Door("GET /api/rooms/{room_id}/audit"),
    Door("GET /api/rooms/{room_id}/reports"),
    Door("GET /api/rooms/{room_id}/calendar.ics"),
    Door("GET /api/rooms/{room_id}/calendar-links"),
    Door("POST /api/rooms/{room_id}/calendar-links", {}, 201),
    Door("DELETE /api/rooms/{room_id}/calendar-links/{calendar_link}", {}, 404),
    Door("GET /api/rooms/{room_id}/invitations"),
    Door("POST /api/rooms/{room_id}/invitations", {}, 201),
    Door("DELETE /api/rooms/{room_id}/invitations/{invitation}", {}, 404),
    Door("POST /api/rooms", {"title": "Mine", "room": "{}"}, 409),
]
ELSEWHERE = {
    "GET /api/rooms": "a list: below",
    "GET /api/health": "the server's own",
    "GET /api/ready": "the server's own",
    "GET /api/room-types": "the server's own",
    "GET /metrics": "figures: below",
    "POST /api/tokens": "in test_tokens",
    "POST /api/invitations/use": "by a secret: below",
    "GET /api/calendars/{secret}.ics": "by a secret: below",
}
"""Doors that are about no room in particular, and why nothing of one is seen there."""
WEBSOCKET = [
    Door("preview_room", {"room": "{}"}, "preview"),
    Door("join_room", {"room": "{}", "media": False}, "ack"),
    Door("create_room", {"room": "{}", "title": "Mine"}, "room-exists"),
    Door("do", {"room": "{}", "command": {"kind": "set_hands", "roles": []}}, "ack"),
    Door("list_participants", {"room": "{}"}, "participants"),
    Door("list_absent", {"room": "{}"}, "absent"),
    Door("read_chat", {"room": "{}"}, "chat"),
    Door("read_audit", {"room": "{}"}, "audit"),
    Door("read_reports", {"room": "{}"}, "reports"),
]
OF_NO_ROOM = {"hello", "offer_media", "answer_media", "watch_rooms", "find_rooms"}
"""The first is said once, the next two are of the room that one sits in, the last two are lists."""


@dataclass(frozen=True)
class House:
    """A server with two rooms, and who comes to it."""

    server: Server
    keys: Keys
    tokens: dict[str, str | None] = field(default_factory=dict)

    def call(self, door: Door, room: str, bearer: str, **more: Any) -> Reply:
        """Knock over HTTP."""
        method, path = door.request.split()
        for part, value in (("room_id", room), ("calendar_link", "ab"), ("invitation", "ab")):
            path = path.replace(f"{{{part}}}", value)
        body = _about(door, room)
        if body == {} and "calendar-links" in path:
            body = b""
        return call(self.server.url + path, body, method=method, token=self.tokens[bearer], **more)


def _about(door: Door, room: str) -> Any:
    text = json.dumps(door.fields)
    return json.loads(text.replace('"{}"', json.dumps(room)))


def _token(keys: Keys, identity: str, *, life: float = 3600, **grant: Any) -> str:
    known = Grant(identity=identity, name=identity.title(), **grant)
    return mint(keys, known, now=time.time(), life=life)


@contextmanager
def _house(data: Any, *options: str) -> Iterator[House]:
    with running_server("--data", str(data), *options) as server:
        keys = load_keys(data)
        own = {"rooms": (OWN,)}
        house = House(
            server,
            keys,
            {
                "nobody": None,
                "expired": _token(keys, "eve", life=-60, role=Role.HOST),
                "listener": _token(keys, "lena", role=Role.LISTENER, **own),
                "host": _token(keys, "hanna", role=Role.HOST, **own),
                "maker": _token(keys, "mara", role=Role.HOST, makes_tokens=True, **own),
                "admin": _token(keys, "ada", role=Role.HOST),
            },
        )
        with ExitStack() as stack:
            _fill(house, stack)
            yield house


def _fill(house: House, stack: ExitStack) -> None:
    """A room for the tokens, and another one with something to say for itself in each place."""
    admin, url = house.tokens["admin"], f"{house.server.url}/api/rooms"
    own = {"title": "Tea", "room": OWN, "live": True}
    assert call(url, own, token=admin).status == 201
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    other = {"title": WORD, "description": WORD, "room": OTHER, "private": True, "starts_at": soon}
    assert call(url, other, token=admin).status == 201
    ada = stack.enter_context(dialogue(house.server.url, token=admin))
    assert ada.ask("join_room", room=OTHER, media=False)["type"] == "ack"
    assert ada.do("send_message", text=f"the {WORD} is out of tune")["type"] == "ack"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Nobody comes in without a token."""
    with _house(tmp_path_factory.mktemp("guarded"), "--no-guests") as house:
        yield house


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everybody may come in."""
    with _house(tmp_path_factory.mktemp("free"), "--open") as house:
        yield house


def test_the_table_has_every_door(guarded: House) -> None:
    """A new route or request cannot be forgotten."""
    document = call(f"{guarded.server.url}/openapi.json").body
    routes = {
        f"{method.upper()} {path}" for path, ways in document["paths"].items() for method in ways
    }
    assert routes == {door.request for door in HTTP} | ELSEWHERE.keys()
    kinds = {str(kind.model_fields["type"].default) for kind in get_args(ClientMessage)}
    assert kinds == {door.request for door in WEBSOCKET} | OF_NO_ROOM


@pytest.mark.parametrize("door", HTTP, ids=lambda door: door.request)
def test_no_other_room_is_there_for_a_token_of_one_over_http(guarded: House, door: Door) -> None:
    """Each is told the same as of a room that does not exist; who has a token for all comes in."""
    expected = {"nobody": 401, "expired": 401, "listener": 403, "host": 403, "maker": 403}
    for bearer, status in expected.items():
        here, nowhere = (guarded.call(door, room, bearer) for room in (OTHER, NOWHERE))
        assert here.status == status, (bearer, here.body)
        assert here.body == json.loads(json.dumps(nowhere.body).replace(NOWHERE, OTHER))
        assert WORD not in str(here.body)
    opened = guarded.call(door, OTHER, "admin")
    assert opened.status == door.opens, opened.body


@pytest.mark.parametrize("sits", [False, True], ids=["outside", "in-their-room"])
@pytest.mark.parametrize("bearer", ["listener", "host", "maker"])
def test_no_other_room_is_there_for_a_token_of_one_on_the_websocket(
    guarded: House, bearer: str, sits: bool
) -> None:
    """Before one has joined a room and after it, whatever is asked."""
    with dialogue(guarded.server.url, token=guarded.tokens[bearer]) as talk:
        if sits:
            assert talk.ask("join_room", room=OWN, media=False)["type"] == "ack"
        for door in WEBSOCKET:
            here, nowhere = (
                talk.ask(door.request, **_about(door, room)) for room in (OTHER, NOWHERE)
            )
            assert here["code"] in ("wrong-room", "not-allowed"), (door, here)
            assert here["reason"] == nowhere["reason"].replace(NOWHERE, OTHER)
        _look_around(talk, OWN)
        assert WORD not in "".join(talk.texts)


def test_who_has_a_token_for_all_comes_in_everywhere(guarded: House) -> None:
    """So the table asks what can be answered."""
    with dialogue(guarded.server.url, token=guarded.tokens["admin"], name="Ada") as talk:
        for door in WEBSOCKET:
            answer = talk.ask(door.request, **_about(door, OTHER))
            assert door.opens in (answer["type"], answer.get("code")), answer


@pytest.mark.parametrize("bearer", ["nobody", "expired"])
def test_without_a_good_token_nothing_is_said_but_why(guarded: House, bearer: str) -> None:
    """The first answer is a refusal, and the last one."""
    with dialogue(guarded.server.url, token=guarded.tokens[bearer]) as talk:
        assert talk.welcome["code"] in ("token-required", "bad-token")


def _look_around(talk: Dialogue, *rooms: str) -> None:
    """Both kinds of list show these rooms."""
    found = talk.ask("find_rooms")["rooms"]
    talk.ask("watch_rooms")
    assert [room["room"] for room in talk.hear("rooms")["rooms"]] == list(rooms)
    assert [room["room"] for room in found] == list(rooms)


def test_lists_show_a_token_of_some_rooms_these_alone(guarded: House) -> None:
    """Public ones too; a page is as full as it can be, and a list follows what happens."""
    url = f"{guarded.server.url}/api/rooms"
    public = {"title": "Open to all", "room": "open", "live": True}
    assert call(url, public, token=guarded.tokens["admin"]).status == 201
    for bearer in ("listener", "host", "maker"):
        found = call(f"{url}?limit=1", token=guarded.tokens[bearer]).body
        assert ([room["room"] for room in found["rooms"]], found["next"]) == ([OWN], None)
        with dialogue(guarded.server.url, token=guarded.tokens[bearer]) as talk:
            _look_around(talk, OWN)
            command = {"command": {"kind": "update_room", "title": f"Tea for {bearer}"}}
            call(f"{url}/{OWN}/commands", command, token=guarded.tokens["admin"])
            told = talk.hear("rooms")["rooms"]
            assert [room["title"] for room in told] == [f"Tea for {bearer}"]
    end = {"command": {"kind": "end_room"}}
    assert call(f"{url}/open/commands", end, token=guarded.tokens["admin"]).status == 200


def test_figures_name_no_room(guarded: House) -> None:
    """For this machine itself, or a token for them; no other token, whatever else it may."""
    figures = call(f"{guarded.server.url}/metrics")
    assert figures.status == 200
    assert not any(text in figures.body for text in (WORD, OTHER, OWN))
    for bearer in ("listener", "host", "maker", "admin"):
        refused = call(f"{guarded.server.url}/metrics", token=guarded.tokens[bearer])
        assert (refused.status, refused.code) == (403, "not-allowed")


def test_a_secret_leads_where_it_was_made_for_whoever_has_it(guarded: House) -> None:
    """Links are secrets of their own: a token beside one adds nothing and takes nothing."""
    url, admin = guarded.server.url, guarded.tokens["admin"]
    link = call(f"{url}/api/rooms/{OTHER}/calendar-links", b"", token=admin).body["link"]
    assert WORD in call(link).body
    assert call(f"{url}/api/calendars/{'0' * 48}.ics").status == 404
    made = call(f"{url}/api/rooms/{OTHER}/invitations", {"role": "host"}, token=admin).body["link"]
    secret = {"secret": made.partition("#invite=")[2]}
    came = call(f"{url}/api/invitations/use", secret, token=guarded.tokens["listener"]).body
    assert (came["identity"], came["role"]) == ("lena", "host")
    assert call(f"{url}/api/rooms/{OWN}", token=came["token"]).code == "wrong-room"
    expired = call(f"{url}/api/invitations/use", secret, token=guarded.tokens["expired"])
    assert expired.code == "bad-token"


def test_on_the_websocket_a_guest_is_a_guest_wherever_they_come_from(free: House) -> None:
    """And so is somebody with a token of another room: none of them moderates or reads."""
    codes = []
    for bearer, behind in (("nobody", None), ("nobody", "203.0.113.9"), ("host", None)):
        with dialogue(free.server.url, token=free.tokens[bearer], behind=behind) as talk:
            answers = [
                talk.ask(door.request, **_about(door, OTHER))
                for door in WEBSOCKET
                if door.request != "join_room"
            ]
            codes.append([(answer["type"], answer.get("code")) for answer in answers])
            seen = [text for text in talk.texts if WORD in text]
            assert [json.loads(text)["type"] for text in seen] == ["preview"]
    assert codes[0] == codes[1] == codes[2]


def test_nobody_washes_off_who_has_made_their_token(free: House) -> None:
    """Neither by an invitation nor by a room of their own: it opens no other room afterwards."""
    url = f"{free.server.url}/api"
    wanted = {"identity": "ada", "rooms": [OWN, "ours"], "role": "host"}
    maker = _token(free.keys, "mo", role=Role.HOST, makes_tokens=True, rooms=(OWN, "ours"))
    made = call(f"{url}/tokens", wanted, token=maker).body["token"]
    link = call(f"{url}/rooms/{OWN}/invitations", {}, token=free.tokens["host"]).body["link"]
    secret = {"secret": link.partition("#invite=")[2]}
    invited = call(f"{url}/invitations/use", secret, token=made).body["token"]
    own = {"title": "Ours", "room": "ours"}
    hosts = call(f"{url}/rooms", own, token=made).body["token"]
    with dialogue(free.server.url, token=made) as talk:
        session = talk.welcome["session"]
    for token in (made, invited, hosts, session):
        assert call(f"{url}/rooms/{OTHER}", token=token).code == "wrong-room"
        assert call(f"{url}/rooms", {"title": "Any"}, token=token).code == "not-allowed"


@pytest.mark.parametrize("door", HTTP, ids=lambda door: door.request)
def test_where_guests_are_let_in_a_token_of_another_room_gives_what_they_have(
    free: House, door: Door
) -> None:
    """No more, wherever they come from: a network, this machine, or another room's high seat; and
    nothing by a token that somebody there has made in the name of this room's host."""
    far = {"X-Forwarded-For": "203.0.113.9"}
    guest = free.call(door, OTHER, "nobody")
    for other in (
        free.call(door, OTHER, "nobody", headers=far),
        free.call(door, OTHER, "host"),
        free.call(door, OTHER, "maker"),
    ):
        code = other.body.get("code") if isinstance(other.body, dict) else None
        was = guest.body.get("code") if isinstance(guest.body, dict) else None
        assert (other.status, code) == (guest.status, was)
    maker, url = free.tokens["maker"], f"{free.server.url}/api/tokens"
    wanted = {"identity": "ada", "rooms": [OWN], "role": "host"}
    made = replace(free, tokens={"made": call(url, wanted, token=maker).body["token"]})
    posing = made.call(door, OTHER, "made")
    assert posing.code in ("wrong-room", "not-allowed")
    moderates = ("PATCH", "commands", "absent", "chat", "audit", "reports", "invitations")
    if any(part in door.request for part in moderates):
        assert guest.status in (403, 409)
        assert WORD not in str(guest.body)
