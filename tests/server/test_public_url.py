"""A server behind a proxy: every link says what people know it by."""

import http.client
import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from websockets.sync.client import connect

from tests.server.api.people import Host, make_room
from tests.server.webhooks.receiver import Receiver, receiving
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.tls import signed_by_itself, tls_door
from tests.tui.plain.test_plain import Visit
from tui_rooms.server.door.origin import OriginGuard
from tui_rooms.server.web_address import public_url
from tui_rooms.server.webhooks.address import checked_url
from tui_rooms.wire import features

PUBLIC = "https://rooms.example.org"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Where its webhooks go."""
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def known(receiver: Receiver) -> Iterator[Server]:
    """A server on loopback that people know by another address."""
    with running_server(
        "--open", "--public-url", f"{PUBLIC}/", "--webhook", receiver.url
    ) as server:
        yield server


def test_every_link_begins_with_the_public_address(known: Server, receiver: Receiver):
    """What is printed, what the API answers, its page, calendars, invitations, webhooks."""
    starts_at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    made = call(f"{known.url}/api/rooms", {"title": "Tea", "starts_at": starts_at, "private": True})
    room = made.body["room"]["room"]
    host = Host(room, made.body["token"], f"{known.url}/api/rooms/{room}")
    invited = call(f"{host.url}/invitations", {}, token=host.token).body["link"]
    changed = call(host.url, {"title": "Chai"}, method="PATCH", token=host.token).body
    event = icalendar.Calendar.from_ical(host.get("/calendar.ics").body).walk("VEVENT")[0]
    link = f"{PUBLIC}/r/{room}"
    assert known.started["join_link"] == call(f"{known.url}/api/health").body["url"] == PUBLIC
    assert [made.body["link"], host.get().body["link"], changed["link"]] == [link] * 3
    assert [str(event["url"]), str(event["location"])] == [link] * 2
    assert invited.startswith(f"{link}#invite=")
    assert f"tui-rooms {link}<" in call(f"{known.url}/r/{room}").body
    host.do("end_room")
    receiver.until(1)
    assert receiver.bodies()[0]["data"]["link"] == link


def test_a_proxy_that_speaks_tls_leads_to_links_with_tls(known: Server, tmp_path: Path):
    """With the visitor's `Host`, or its own; the server's own port is in no link."""
    with tls_door(known.port, signed_by_itself(tmp_path, "rooms.example.org")) as door:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for host in ("rooms.example.org", "rooms.example.org:443", f"127.0.0.1:{known.port}"):
            visitor = http.client.HTTPSConnection("127.0.0.1", door.port, context=context)
            headers = {"Host": host, "Origin": PUBLIC, "Content-Type": "application/json"}
            visitor.request("POST", "/api/rooms", json.dumps({"title": "Behind TLS"}), headers)
            answer = json.load(visitor.getresponse())
            visitor.close()
            assert answer["link"] == f"{PUBLIC}/r/{answer['room']['room']}"


def test_the_page_of_the_public_address_may_open_the_websocket(known: Server):
    """Although the proxy asks by a number; a page of another name may not."""
    address = known.url.replace("http", "ws") + "/ws"
    with connect(address, origin=PUBLIC) as socket:
        socket.send('{"type": "hello", "version": 1, "name": "Ana"}')
        assert json.loads(socket.recv(timeout=5))["type"] == "welcome"
    answer = call(f"{known.url}/api/rooms", headers={"Origin": "https://rooms.example.com"})
    assert (answer.status, answer.code) == (403, "foreign-origin")


@pytest.mark.parametrize(
    ("host", "origin", "may"),
    [
        ("rooms.example.org", None, True),
        ("rooms.example.org", PUBLIC, True),
        ("rooms.example.org:443", PUBLIC, True),
        ("ROOMS.example.org", "https://Rooms.Example.ORG", True),
        ("127.0.0.1:7600", PUBLIC, True),
        ("localhost:7600", PUBLIC, True),
        ("127.0.0.1:7600", "http://rooms.example.org", False),
        ("127.0.0.1:7600", f"{PUBLIC}:8443", False),
        ("127.0.0.1:7600", "https://rooms.example.org.evil.example", False),
        ("127.0.0.1:7600", f"{PUBLIC}/", False),
        ("rooms.example.org.evil.example", PUBLIC, False),
        ("evil.example", PUBLIC, False),
        ("rooms.example.org", "null", False),
        ("rooms.example.org", "https://evil.example", False),
    ],
)
def test_who_comes_in_by_the_public_name(host, origin, may):
    """Its `Host`, whoever passes it on, and its pages; nobody whose name only looks alike."""
    guard = OriginGuard(lambda *_: None, public_url=PUBLIC)  # type: ignore[arg-type]
    assert (guard.refusal(host, origin) is None) == may


def test_a_client_of_before_is_not_told_what_it_does_not_know(known: Server):
    """Only who names the feature finds the address in its welcome."""
    with ExitStack() as open_ones:

        def welcome(**hello: object) -> dict[str, object]:
            return open_ones.enter_context(dialogue(known.url, name="Ana", **hello)).welcome

        assert "url" not in welcome()
        assert "url" not in welcome(features=[])
        assert welcome(features=sorted(features.KNOWN))["url"] == PUBLIC


def test_whoever_asks_for_a_rooms_link_gets_one_for_others(known: Server):
    """Although they have come in by the server's number themselves."""
    host = make_room(known, title="For others")
    with Visit(f"{known.url}/r/{host.room}", "ana") as ana:
        ana.reads("in the room For others")
        ana.types("link")
        ana.reads(f"{PUBLIC}/r/{host.room}")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://rooms.example.org", PUBLIC),
        ("https://rooms.example.org/", PUBLIC),
        ("HTTPS://Rooms.Example.ORG:443", PUBLIC),
        ("https://rooms.example.org.:8443", "https://rooms.example.org:8443"),
        ("http://192.0.2.7:80", "http://192.0.2.7"),
        ("http://[2001:DB8::1]:7600/", "http://[2001:db8::1]:7600"),
        ("https://räume.example", "https://xn--rume-loa.example"),
    ],
)
def test_a_public_address_is_written_as_browsers_write_it(given, used):
    """So that it can be compared with what they send."""
    assert public_url(given) == used


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("https://rooms.example.org/rooms", "behind the host"),
        ("https://rooms.example.org/?a=b", "behind the host"),
        ("https://rooms.example.org#x", "behind the host"),
        ("https://rooms.example.org/#", "behind the host"),
        ("rooms.example.org", "does not begin with"),
        ("ftp://rooms.example.org", "does not begin with"),
        ("ws://rooms.example.org", "does not begin with"),
        ("", "does not begin with"),
        ("https://", "no proper host"),
        ("https://:443", "no proper host"),
        ("https://rooms.example.org:", "no proper host"),
        ("https://rooms.example.org:0", "no proper host"),
        ("https://rooms.example.org:99999", "its port"),
        ("https://rooms.example.org:１", "its port"),
        ("https://a..b", "empty"),
        ("https://a b", "spaces"),
        ("https://rooms.example.org\n", "control characters"),
        ("https://rooms.example.org\t/", "control characters"),
        ("https://ana:s3cret@rooms.example.org", "name or password"),
        ("https://[::1", "its brackets"),
        ("https://" + "a" * 64 + ".example", "limit 63"),
        ("https://a%2eb", "no proper host"),
        ("https://rooms_example!.org", "no host has"),
    ],
)
def test_what_no_link_can_begin_with_is_refused_in_a_sentence(given, says):
    """What is wrong, and what one looks like; no password is repeated. Webhooks need the same."""
    with pytest.raises(ValueError, match=r"rooms\.example\.org") as refused:
        public_url(given)
    assert says in str(refused.value)
    assert "s3cret" not in str(refused.value)
    if "behind the host" not in says:
        with pytest.raises(ValueError, match="webhook URL"):
            checked_url(given)
