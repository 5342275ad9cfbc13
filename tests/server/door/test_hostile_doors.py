"""What strangers may cost: files, cores, disk and other people's patience."""

import asyncio
import json
import socket
import time

import jwt
import pytest

from tests.server.api.people import make_room
from tests.server.people import open_room
from tests.server.serving import serving
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.virtual_time import run_virtual
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door import http_protocol
from tui_rooms.server.door.addresses import REPORTS_AT_ONCE, Addresses, AddressLimits
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.passwords import NEW_AT_ONCE, Passwords
from tui_rooms.server.door.credentials.tokens import SESSION_LIFE, Grant, mint
from tui_rooms.server.door.credentials.tries import AT_ADDRESS
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.http_protocol import HttpProtocol
from tui_rooms.server.door.visitor import TOO_FAST_LIMIT, Visitor
from tui_rooms.server.rooms.away import AwaySeats
from tui_rooms.wire.commands import Report, SendMessage


def stand_still() -> float:
    """A clock that does."""
    return 1000.0


@pytest.fixture
def passwords():
    """Those of one server."""
    made = Passwords(clock=stand_still)
    yield made
    made.close()


def test_every_answer_tells_browsers_and_caches_to_be_careful(door: Server):
    """Pages, the API, refusals before and after the routes, and refused WebSockets."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Origin": "http://evil.example",
    }
    answers = [
        call(f"{door.url}/"),
        call(f"{door.url}/api/rooms"),
        call(f"{door.url}/api/nothing"),
        call(f"{door.url}/api/rooms", headers={"Host": "evil.example"}),
        call(f"{door.url}/ws", headers=upgrade),
    ]
    assert [answer.status for answer in answers] == [200, 200, 404, 403, 403]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /"])
async def test_a_request_that_never_comes_is_not_waited_for(monkeypatch, said):
    """Neither the first nor a later one on the same connection."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)

    async def hello(scope, receive, send):
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hi"})

    async with serving(hello, http=HttpProtocol, timeout_keep_alive=60) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        try:
            async with asyncio.timeout(10):
                heard = await reader.read()  # to the end of the connection
        finally:
            writer.transport.abort()
    assert heard.endswith(b"hi") == (b"Host" in said)


def test_no_session_outlives_the_token_that_it_came_from(tmp_path):
    """A role that was given for a minute ends with it; a guest's identity lasts a day each time."""
    data = tmp_path / "data"
    with running_server("--data", str(data)) as server:
        keys = load_keys(data)
        now = time.time()
        token = mint(keys, Grant(identity="ana", name="Ana", role=Role.HOST), now=now, life=60)

        def expiry(session: str) -> float:
            claims = jwt.decode(session, options={"verify_signature": False})
            return float(claims["exp"])

        with dialogue(server.url, token=token) as first:
            session = first.welcome["session"]
            assert expiry(session) <= now + 61
        with dialogue(server.url, session=session) as again:
            assert again.welcome["identity"] == "ana"
            assert expiry(again.welcome["session"]) <= now + 61
        with dialogue(server.url, name="Guest") as guest:
            assert expiry(guest.welcome["session"]) > now + SESSION_LIFE - 60


async def test_one_network_has_one_number_of_tries(passwords):
    """Whoever has one IPv6 address has a whole network of them to guess passwords from."""
    for n in range(AT_ADDRESS):
        with pytest.raises(RoomError, match="not the password"):
            await passwords.check(room="tea", kept=None, given="x", address=f"2001:db8::{n}")
    with pytest.raises(RoomError) as refused:
        await passwords.check(room="tea", kept=None, given="x", address="2001:db8::ffff")
    assert refused.value.code == "too-many-tries"


async def test_setting_passwords_is_paced(passwords):
    """Hashing takes a core's time, also for those who may not set one; this machine is free."""
    for n in range(NEW_AT_ONCE):
        assert await passwords.hash(f"secret {n}", address="203.0.113.7")
    with pytest.raises(RoomError, match="too many passwords were set") as refused:
        await passwords.hash("one more", address="203.0.113.7")
    assert refused.value.code == "too-many-tries"
    assert await passwords.hash("", address="203.0.113.7") == ""
    assert await passwords.hash("other", address="203.0.113.8")
    assert await passwords.hash("own", address="127.0.0.1")


def test_a_guest_who_comes_back_again_and_again_writes_no_faster():
    """The messages of an address are counted over all of its connections."""
    limits = AddressLimits(messages_burst=3)
    addresses = Addresses(limits, clock=stand_still)
    for _ in range(3):
        addresses.command(SendMessage(text="x"), "203.0.113.7", identity="ana")
    with pytest.raises(RoomError, match="messages a second from 203") as refused:
        addresses.command(SendMessage(text="x"), "203.0.113.7", identity="ana")
    assert refused.value.code == "too-fast"
    addresses.command(SendMessage(text="x"), "203.0.113.8", identity="ana")


def test_whoever_reports_a_lot_is_slowed_down_by_identity_and_by_address():
    """Neither another address nor another name lifts the limit; others go on."""
    addresses = Addresses(AddressLimits(reports_burst=REPORTS_AT_ONCE + 1), clock=stand_still)
    report = Report(identity="ben", reason="spam")
    for n in range(REPORTS_AT_ONCE):
        addresses.command(report, f"203.0.113.{n}", identity="ana")
    with pytest.raises(RoomError, match="more than 6 reports a minute, or 5 at once") as refused:
        addresses.command(report, None, identity="ana")
    assert refused.value.code == "too-fast"
    for n in range(REPORTS_AT_ONCE):
        addresses.command(report, "203.0.113.0", identity=f"guest-{n}")
    with pytest.raises(RoomError, match="reports a minute from 203"):
        addresses.command(report, "203.0.113.0", identity="another")
    addresses.command(report, None, identity="another")


def test_reports_over_http_and_over_connections_are_counted_together(door: Server):
    """A new connection, or another door, gains nothing."""
    host = make_room(door)
    with dialogue(door.url, name="Ben") as ben, dialogue(door.url, name="Tom") as tom:
        for talk in (ben, tom):
            talk.ask("join_room", room=host.room, media=False)
        report = {"kind": "report", "identity": tom.welcome["identity"], "reason": "spam"}
        for _ in range(REPORTS_AT_ONCE):
            assert ben.ask("do", command=report)["type"] == "ack"
        session = ben.welcome["session"]
        refused = call(f"{host.url}/commands", {"command": report}, token=session)
        assert (refused.status, refused.code) == (429, "too-fast")
        with dialogue(door.url, session=session) as again:
            again.ask("join_room", room=host.room, media=False)
            assert again.ask("do", command=report)["code"] == "too-fast"


class Flooding:
    """A WebSocket whose client asks on and on, and waits for nothing."""

    client = None

    def __init__(self, flood: dict[str, object], most: int) -> None:
        hello = {"type": "hello", "version": 1, "name": "Ben"}
        self._frames = iter([hello, *(flood | {"id": n} for n in range(most))])
        self.sent: list[str] = []
        self.closed: tuple[int, str] | None = None

    async def accept(self) -> None:
        """The handshake."""

    async def receive(self) -> dict[str, object]:
        """The next message, which is always there; at last the client goes."""
        frame = next(self._frames, None)
        if frame is None:
            return {"type": "websocket.disconnect", "code": 1006}
        return {"type": "websocket.receive", "text": json.dumps(frame)}

    async def send_text(self, text: str) -> None:
        """To the client."""
        self.sent.append(text)

    async def close(self, code: int, reason: str) -> None:
        """By the server."""
        self.closed = (code, reason)


def test_whoever_floods_waits_for_each_refusal_and_is_sent_away_in_the_end(tmp_path, passwords):
    """Others have their turns meanwhile: the refusals go out before the next request is read."""

    async def scenario() -> None:
        registry, _ = await open_room()
        door = Door(
            registry=registry,
            engine=registry._engine,
            keys=load_keys(tmp_path),
            away=AwaySeats(),
            passwords=passwords,
            addresses=Addresses(AddressLimits(), clock=registry._clock),
            guests=True,
            clock=registry._clock,
        )
        report = {"kind": "report", "identity": "ana", "reason": "spam"}
        socket = Flooding({"type": "do", "command": report}, most=2 * TOO_FAST_LIMIT)
        await Visitor(socket, door).serve()  # type: ignore[arg-type]
        assert socket.closed == (1008, "100 requests in a row that came too fast")
        assert sum('"too-fast"' in text for text in socket.sent) == TOO_FAST_LIMIT

    run_virtual(scenario())


def test_rooms_that_are_made_and_ended_are_counted():
    """Each stays on the disk: making and ending them in a circle does not fill it."""
    addresses = Addresses(AddressLimits(rooms_burst=2), clock=stand_still)
    for _ in range(2):
        addresses.check_rooms("203.0.113.7", lambda _: False)
    with pytest.raises(RoomError, match="wait 60 s") as refused:
        addresses.check_rooms("203.0.113.7", lambda _: False)
    assert refused.value.code == "too-fast"
    addresses.check_rooms("127.0.0.1", lambda _: False)


def test_a_socket_that_sends_no_request_costs_the_others_nothing(door: Server):
    """Many silent connections, and the next request is answered."""
    silent = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(50)]
    try:
        assert call(f"{door.url}/api/health").status == 200
    finally:
        for connection in silent:
            connection.close()
