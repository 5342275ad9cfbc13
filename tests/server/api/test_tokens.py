"""Making tokens over HTTP."""

import base64
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.support.dialogue import dialogue
from tests.support.http import Reply, call
from tests.support.server import Server, running_server
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint, verify


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server without guests, and its data directory."""
    data = tmp_path_factory.mktemp("data")
    with running_server("--no-guests", "--data", str(data)) as running:
        yield running, data


def make(server: Server, data: Path, **fields: Any) -> Reply:
    """Ask for a token with API key and secret."""
    keys = json.loads((data / "keys.json").read_text())
    pair = base64.b64encode(f"{keys['api_key']}:{keys['secret']}".encode()).decode()
    wanted = {"identity": "ana", "name": "Ana"} | fields
    return call(f"{server.url}/api/tokens", wanted, headers={"Authorization": f"Basic {pair}"})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "\u3164"}, "name is empty"),
        ({"name": "\u200d\ufe0f"}, "name shows nothing"),
        ({"identity": "an\u200ba"}, "identity has U+200B at place 3, which cannot be seen"),
    ],
)
def test_who_cannot_be_seen_or_told_from_others_gets_no_token(guarded, fields, says):
    """A name must show something, and an identity all of itself."""
    refused = make(*guarded, **fields)
    assert refused.status == 422
    assert says in refused.reason


@pytest.mark.parametrize(
    ("not_before", "says"),
    [
        ("9999-12-31T23:59:59Z", "cannot be good from 9999-12-31 23:59 UTC on"),
        ("9999-12-31T23:59:59-14:00", "cannot be good from a time after the year 9999 on"),
        ("0001-01-01T00:00:00Z", "from 0001-01-01 00:00 UTC for 86400 s would have expired"),
        ("2030-02-30T00:00:00Z", "no calendar or clock shows 2030-02-30T00:00:00Z"),
    ],
)
def test_a_token_for_a_time_that_cannot_be_meant_is_refused(guarded, not_before, says):
    """In words: too far ahead, over already, or in no calendar."""
    server, data = guarded
    refused = make(server, data, not_before=not_before)
    assert refused.status in (400, 422)
    assert says in refused.reason


def test_the_holder_of_key_and_secret_makes_tokens(guarded):
    """What it says is what was asked for, and it opens the server."""
    server, data = guarded
    made = make(
        server, data, rooms=["tea"], role="speaker", capabilities=["read-reports"], life_s=60
    )
    assert made.status == 201
    grant = verify(load_keys(data), made.body["token"])
    assert grant == Grant(
        identity="ana",
        name="Ana",
        rooms=("tea",),
        role=Role.SPEAKER,
        capabilities=frozenset({Capability.READ_REPORTS}),
    )
    start = datetime.fromisoformat(made.body["not_before"])
    assert (datetime.fromisoformat(made.body["expires_at"]) - start).total_seconds() == 60
    assert call(f"{server.url}/api/rooms", token=made.body["token"]).status == 200


def test_a_token_may_leave_the_name_to_its_bearer(guarded):
    """Left out, it is theirs to choose; given, it stays."""
    server, data = guarded
    free = make(server, data, name=None)
    assert (free.status, free.body["name"]) == (201, None)
    fixed = make(server, data, name=" Ada ")
    assert fixed.body["name"] == "Ada"
    for token, name in ((free.body["token"], "Zoe"), (fixed.body["token"], "Ada")):
        with dialogue(server.url, token=token, name="Zoe") as talk:
            assert talk.welcome["name"] == name


def test_a_token_for_later_does_not_open_yet(guarded):
    """Not-before is kept."""
    server, data = guarded
    later = datetime.fromtimestamp(time.time() + 3600).astimezone().isoformat()
    token = make(server, data, not_before=later).body["token"]
    refused = call(f"{server.url}/api/rooms", token=token)
    assert (refused.status, refused.code) == (401, "bad-token")
    assert "not valid yet" in refused.reason


@pytest.mark.parametrize("wrong", ["nobody:nothing", "nobody", ":"])
def test_a_wrong_key_makes_nothing(guarded, wrong):
    """And the answer does not say which half was wrong."""
    server, _ = guarded
    header = {"Authorization": "Basic " + base64.b64encode(wrong.encode()).decode()}
    body = {"identity": "a", "name": "A"}
    refused = call(f"{server.url}/api/tokens", body, headers=header)
    assert (refused.status, refused.code) == (401, "bad-key")


def test_without_key_or_token_nothing_is_made(guarded):
    """Also where guests are allowed: a token is more than a guest has."""
    server, _ = guarded
    body = {"identity": "a", "name": "A"}
    assert call(f"{server.url}/api/tokens", body).code == "token-required"
    assert call(f"{server.url}/api/tokens", body, token=server.host_token).code == "not-allowed"


class Bot:
    """A program with a token that makes tokens."""

    def __init__(self, server: Server, data: Path, *, life: float = 3600, **grant: Any) -> None:
        self.url = f"{server.url}/api/tokens"
        self.keys = load_keys(data)
        known = Grant(identity="bot", name="Bot", makes_tokens=True, **grant)
        self.token = mint(self.keys, known, now=time.time(), life=life)

    def make(self, **fields: Any) -> Reply:
        """Ask for a token."""
        return call(self.url, {"identity": "ben", "name": "Ben"} | fields, token=self.token)


@pytest.mark.parametrize(
    ("own", "within", "beyond", "says"),
    [
        ({"rooms": ("tea", "jazz")}, {"rooms": ["tea"]}, {"rooms": ["tea", "quiz"]},
         "may not make tokens for quiz: their own is for tea, jazz"),
        ({"rooms": ("tea",)}, {"rooms": ["tea"]}, {"rooms": ["*"]}, "for *"),
        ({"role": Role.SPEAKER}, {"role": "speaker"}, {"role": "cohost"},
         "may not make a cohost's token: their own is a speaker's"),
        ({}, {"role": "listener"}, {"role": "speaker"}, "their own has no role"),
        ({"role": Role.COHOST}, {"capabilities": ["read-reports"]},
         {"capabilities": ["read-reports", "end-room"]}, "tokens with end-room"),
        ({"capabilities": frozenset({Capability.END_ROOM})}, {"capabilities": ["end-room"]},
         {"capabilities": ["read-reports"]}, "tokens with read-reports"),
        ({"life": 30}, {"life_s": 29}, {"life_s": 40}, "their own ends then"),
        ({"life": 60 * 86_400}, {"life_s": 30 * 86_400}, {"life_s": 31 * 86_400},
         "that is 30 days from now"),
        ({}, {}, {"not_before": "2035-05-01T18:00:00Z"}, "may make tokens until"),
    ],
)  # fmt: skip
def test_a_token_that_makes_tokens_makes_none_that_are_more_than_it(
    guarded, own, within, beyond, says
):
    """Rooms, role, capabilities and life: each is at most its own, and the sentence says so."""
    bot = Bot(*guarded, **own)
    assert bot.make(**within).status == 201
    refused = bot.make(**beyond)
    assert (refused.status, refused.code) == (403, "not-allowed")
    assert says in refused.reason


def test_what_is_made_ends_with_the_token_that_made_it(guarded):
    """Also when nobody says how long; and it is as of the same time."""
    bot = Bot(*guarded, life=600, rooms=("tea",))
    own = verify(bot.keys, bot.token)
    made = verify(bot.keys, bot.make(rooms=["tea"]).body["token"])
    assert made.expires_at == pytest.approx(own.expires_at, abs=1.5)
    assert made.given_at == own.given_at
    assert not made.makes_tokens


def test_nobody_is_vouched_for_who_is_more_than_the_maker(guarded):
    """Else a token of a listener's would make one of a host's whom the room knows by name."""
    server, data = guarded
    room = {"title": "Vouched", "room": "vouched", "live": True}
    hanna = make(server, data, identity="hanna", rooms=["*"], role="host").body["token"]
    assert call(f"{server.url}/api/rooms", room, token=hanna).status == 201
    for own in ({}, {"rooms": ("vouched",), "role": Role.COHOST}):
        refused = Bot(*guarded, **own).make(identity="hanna", rooms=["vouched"])
        assert (refused.status, refused.code) == (403, "not-allowed")
        assert "for 'hanna', who is a host in a room already" in refused.reason
    assert Bot(*guarded, role=Role.HOST).make(identity="hanna").status == 201
    assert Bot(*guarded, rooms=("tea",)).make(identity="hanna", rooms=["tea"]).status == 201


def test_a_maker_of_an_earlier_version_makes_nothing_for_rooms_of_later(guarded):
    """It has no date, and what it makes has none that is better."""
    server, data = guarded
    keys = load_keys(data)
    claims = {"iss": keys.api_key, "sub": "bot", "rooms": ["old"], "exp": time.time() + 60}
    old = jwt.encode(claims | {"role": "host", "makes_tokens": True}, keys.secret, "HS256")
    wanted = {"identity": "ben", "rooms": ["old"], "role": "host"}
    made = call(f"{server.url}/api/tokens", wanted, token=old).body["token"]
    room = {"title": "Old", "room": "old"}
    assert call(f"{server.url}/api/rooms", room, token=made).code == "wrong-room"


def test_a_hosts_token_for_one_room_makes_that_room_alone(guarded):
    """On a server without guests no other one; and the room's own token lasts no longer."""
    server, data = guarded
    host = make(server, data, rooms=["quiz"], role="host", life_s=60).body["token"]
    url = f"{server.url}/api/rooms"
    refused = call(url, {"title": "Jazz"}, token=host)
    assert (refused.status, refused.code) == (403, "not-allowed")
    assert "the role host for all rooms" in refused.reason
    assert call(url, {"title": "Jazz", "room": "jazz"}, token=host).code == "not-allowed"
    made = call(url, {"title": "Quiz", "room": "quiz"}, token=host).body["token"]
    keys = load_keys(data)
    assert verify(keys, made).expires_at <= verify(keys, host).expires_at
    assert call(url, {"title": "Jazz"}, token=server.host_token).status == 201


@pytest.mark.parametrize(
    "fields",
    [
        {"rooms": []},
        {"rooms": ["A B"]},
        {"role": "boss"},
        {"capabilities": ["fly"]},
        {"life_s": 0},
        {"life_s": 10**9},
        {"identity": ""},
        {"makes_tokens": True},
    ],
)
def test_a_token_that_cannot_be_is_refused(guarded, fields):
    """Before anything is made; nobody becomes a maker over HTTP."""
    server, data = guarded
    assert make(server, data, **fields).status == 400


def test_no_secret_is_in_the_servers_output(tmp_path, capfd):
    """Neither the key's secret nor a token that was sent."""
    data = tmp_path / "data"
    with running_server("--no-guests", "--data", str(data)) as server:
        token = make(server, data).body["token"]
        call(f"{server.url}/api/rooms", token=token)
        call(f"{server.url}/api/rooms", token=token + "x")
    output = capfd.readouterr()
    secret = json.loads((data / "keys.json").read_text())["secret"]
    assert "server's errors" in output.out
    assert secret not in output.out + output.err
    assert token not in output.out + output.err
