"""Reading a room over HTTP: who is here, chat, audit log, reports."""

import contextlib
import time
from collections.abc import Iterator

from tests.server.api.people import Host, make_room
from tests.support.dialogue import Dialogue, dialogue
from tests.support.http import call
from tests.support.server import Server, running_server
from tui_rooms.rules.roles import Capability
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint


@contextlib.contextmanager
def inside(door: Server, host: Host, name: str, **wish: str) -> Iterator[Dialogue]:
    """Somebody who has joined."""
    with dialogue(door.url, name=name) as talk:
        assert talk.ask("join_room", room=host.room, media=False, **wish)["type"] == "ack"
        yield talk


def test_who_is_here_comes_in_pages(door: Server):
    """In the order of arrival, with the total; part of a name finds."""
    host = make_room(door)
    with inside(door, host, "Ben"), inside(door, host, "Cleo"), inside(door, host, "Dora"):
        page = host.get("/participants?limit=2").body
        assert [who["name"] for who in page["participants"]] == ["Ben", "Cleo"]
        assert page["total"] == 3
        rest = host.get("/participants?limit=2&offset=2").body
        assert [who["name"] for who in rest["participants"]] == ["Dora"]
        assert host.get("/participants?text=cle").body["total"] == 1


def test_a_stranger_reads_nothing_of_an_open_room(door: Server):
    """Join first; whoever is inside reads with their session's token."""
    host = make_room(door)
    with inside(door, host, "Ben") as ben:
        for path in ("/participants", "/chat", "/audit", "/reports"):
            assert call(host.url + path).code == "not-here", path
        token = ben.welcome["session"]
        assert call(f"{host.url}/chat", token=token).status == 200
        for path in ("/audit", "/reports"):
            refused = call(host.url + path, token=token)
            assert (refused.status, refused.code) == (403, "not-allowed"), path


def test_a_token_with_read_reports_reads_them_from_outside(tmp_path):
    """An integration needs neither a role nor a seat; in another room its token says nothing."""
    data = tmp_path / "data"
    with running_server("--data", str(data)) as server:
        host, other = make_room(server, password="x"), make_room(server, title="Jazz")
        may = frozenset({Capability.READ_REPORTS})
        grant = Grant(identity="bot", name="Bot", rooms=(host.room,), capabilities=may)
        token = mint(load_keys(data), grant, now=time.time(), life=60)
        with (
            inside(server, host, "Ben", password="x") as ben,
            inside(server, host, "Cleo", password="x") as cleo,
        ):
            cleo.do("report", identity=ben.welcome["identity"], reason="spam")
        reports = call(f"{host.url}/reports", token=token).body["reports"]
        assert [report["reason"] for report in reports] == ["spam"]
        assert call(f"{host.url}/audit", token=token).code == "not-allowed"
        assert call(f"{other.url}/reports", token=token).code == "not-here"


def test_chat_is_read_by_those_to_whom_it_went(door: Server):
    """In order, in pages, and a private message by its two people alone."""
    host = make_room(door)
    with inside(door, host, "Ben") as ben, inside(door, host, "Cleo") as cleo:
        ben.do("send_message", text="one")
        to_cleo = {"kind": "person", "identity": cleo.welcome["identity"]}
        ben.do("send_message", text="two", to=to_cleo)
        ben.do("send_message", text="three")

        def texts(token: str, query: str = "") -> list[str]:
            page = call(f"{host.url}/chat{query}", token=token).body
            return [message["text"] for message in page["messages"]]

        assert texts(cleo.welcome["session"]) == ["one", "two", "three"]
        assert texts(host.token) == ["one", "three"]
        newest = call(f"{host.url}/chat?limit=1", token=host.token).body
        assert newest["more"]
        before = newest["messages"][0]["message_id"]
        assert texts(host.token, f"?before={before}") == ["one"]


def test_the_audit_log_says_who_did_what_to_whom_also_afterwards(door: Server):
    """The newest first; still there when the room has ended."""
    host = make_room(door)
    with inside(door, host, "Ben") as ben:
        who = ben.welcome["identity"]
        host.do("kick", identity=who, reason="shouting")
    host.do("end_room")
    entries = host.get("/audit").body["entries"]
    assert [entry["action"] for entry in entries][:2] == ["room_ended", "kicked"]
    kicked = entries[1]
    assert (kicked["identity"], kicked["detail"]) == (who, "shouting")
    first = host.get("/audit?limit=1").body
    rest = host.get(f"/audit?before={first['before']}").body["entries"]
    assert [first["entries"][0], *rest] == entries


def test_reports_are_exported_as_json(door: Server):
    """With who, whom, why and when."""
    host = make_room(door)
    with inside(door, host, "Ben") as ben, inside(door, host, "Cleo") as cleo:
        made = ben.do("report", identity=cleo.welcome["identity"], reason="spam", text="a lot")
        page = host.get("/reports").body
        assert page["total"] == 1
        report = page["reports"][0]
        assert report["report_id"] == made["made"]
        assert (report["by_name"], report["name"]) == ("Ben", "Cleo")
        assert (report["reason"], report["text"]) == ("spam", "a lot")
