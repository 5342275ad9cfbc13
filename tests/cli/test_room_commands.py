"""Running a room from the command line, against a real server."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server, running_server
from tests.support.waiting import wait_until
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.main import run
from tui_rooms.cli.room_verbs import VERBS
from tui_rooms.cli.whom import identity_of
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.outside import OutsideRoom
from tui_rooms.client.room import RoomClient
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire.messages import ChatPage

_rooms = count(1)


class Shell:
    """Commands of the server's host, by token."""

    def __init__(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        self._server = server
        self._capsys = capsys

    def __call__(self, *words: str, code: int = Exit.OK, host: bool = True) -> str:
        """What a command prints; it ends with that code."""
        self._capsys.readouterr()
        token = ["--token", self._server.host_token] if host else []
        name = ["--name", "host" if host else "Guest"]
        got = run([*words, "--server", self._server.url, *token, *name])
        out, errors = self._capsys.readouterr()
        assert got == code, errors
        return out if code == Exit.OK else errors

    def json(self, *words: str):
        """What it prints with --json."""
        return json.loads(self(*words, "--json"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for all tests here: each uses rooms of its own."""
    with running_server() as running:
        yield running


@pytest.fixture
def shell(server: Server, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(server, capsys)


def tea(talk: Dialogue) -> str:
    """A live room, with whoever made it in it."""
    room = f"tea-{next(_rooms)}"
    talk.ask("create_room", room=room, title="Tea", live=True)
    talk.ask("join_room", room=room, media=False)
    return room


def test_a_room_is_run_from_outside(server: Server, shell: Shell):
    """Renamed, slowed down, somebody kicked by name, and ended; all of it in the audit log."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        ben.ask("join_room", room=room, media=False)
        assert "Ben" in shell("room", room, "people", "ben")
        assert shell("room", room, "title", "Tea and cake") == ""
        assert ana.event("room_updated")["title"] == "Tea and cake"
        shell("room", room, "slow", "5")
        shell("room", room, "role", "Ben", "speaker")
        done = shell.json("room", room, "kick", "Ben", "--reason", "noise")
        assert done == {"room": room, "done": "kick", "identity": ben.welcome["identity"]}
        assert ben.hear("closed")["reason"].endswith("noise")
        shown = shell("room", room, "show")
        assert "Tea and cake (live, audio_room, host Ana)" in shown
        assert "Ana is here" in shown
        assert "kicked Ben: noise" in shell("room", room, "audit").splitlines()[0]
        shell("room", room, "end")
        assert ana.hear("closed")["code"] == "room-ended"
        assert "has ended" in shell("room", room, "show")


def test_a_report_is_read_and_settled_from_outside(server: Server, shell: Shell):
    """By its id, which stands before it; afterwards it says by whom."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        ben.ask("join_room", room=room, media=False)
        report = ben.do("report", identity=ana.welcome["identity"], reason="rude")["made"]
        listed = shell("room", room, "reports")
        assert listed.startswith(report)
        assert listed.endswith("Ben about Ana: rude\n")
        assert shell("room", room, "settle", report) == ""
        assert shell.json("room", room, "reports")[0]["settled_by"] == "host"
        assert shell("room", room, "reports").endswith("rude — settled by host\n")
        assert "no report 'x'" in shell("room", room, "settle", "x", code=Exit.REFUSED)


def test_a_room_is_made_scheduled_and_found(shell: Shell):
    """With a time and its zone."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    there = start.astimezone(timezone(timedelta(hours=1))).isoformat()
    shell("room", "sunday", "create", "--title", "Sunday", "--starts-at", there)
    assert "scheduled" in shell("rooms", "sunday", "--state", "upcoming")
    assert shell.json("room", "sunday", "show")["room"]["starts_at"] == start.timestamp()
    assert shell("rooms", "sunday", "--state", "live") == "no such rooms\n"


def test_messages_are_sent_and_read(server: Server, shell: Shell):
    """By a host from outside, by a guest as a listener; to everyone, roles or one person."""
    with dialogue(server.url, name="Ana") as ana:
        room = tea(ana)
        shell("send", room, "hello from outside")
        shell("send", room, "a word to the hosts", "--to", "host,cohost")
        shell("send", room, "only for ana", "--to", ana.welcome["identity"], host=False)
        texts = [ana.event("message_sent")["text"] for _ in range(3)]
        assert texts == ["hello from outside", "a word to the hosts", "only for ana"]
        seen = shell("chat", room)
        assert "host: hello from outside" in seen
        assert "host → cohost, host: a word to the hosts" in seen
        assert "only for ana" not in seen
        assert "hosts" not in shell("chat", room, host=False)
        [first] = shell("chat", room, "--json", "--last", "1").splitlines()
        assert json.loads(first)["text"] == "a word to the hosts"
        ana.do("end_room")
        assert "hello from outside" in shell("chat", room)


def test_messages_are_printed_whole_and_writers_of_one_name_told_apart(
    server: Server, shell: Shell
):
    """Joiners, marks and lines stay; no line of a message can pass for another message."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="ana") as twin:
        room = tea(ana)
        twin.ask("join_room", room=room, media=False)
        ana.do("send_message", text="می‌خواهم བསྟོད 👩‍👩‍👧 שּׁ֑")
        twin.do("send_message", text="two\n20:00  Ana: lines")
        lines = shell("chat", room).splitlines()
        tails = [talk.welcome["identity"][-4:] for talk in (ana, twin)]
        assert lines[0].endswith(f"  Ana (…{tails[0]}): می‌خواهم བསྟོད 👩‍👩‍👧 שּׁ֑")
        assert lines[1].endswith(f"  ana (…{tails[1]}): two")
        assert lines[2] == "       20:00  Ana: lines"
        raw = [json.loads(line)["name"] for line in shell("chat", room, "--json").splitlines()]
        assert raw == ["Ana", "ana"], "programs have the identities"


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        (b"first line\nsecond\n", "first line\nsecond"),
        (b"a\r\n\tb\r\n", "a\n    b"),
        (b"caf\xe9 \xff", "caf\ufffd \ufffd"),
        ("\ufeff\u0645\u06cc\u200c\u062e\u0648\n".encode(), "\u0645\u06cc\u200c\u062e\u0648"),
        (b"main.c:100:5:", "main.c:100:5:"),
        (b"x" * 2000 + b"\n" * 300, "x" * 2000),
    ],
)
def test_a_message_is_read_from_standard_input(
    shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch, given: bytes, arrives: str
):
    """All its lines; bytes that are no text are replaced, and what was written is what is read."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    with dialogue(server.url, name="Ana") as ana:
        shell("send", tea(ana), "-")
        assert ana.event("message_sent")["text"] == arrives


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "message is empty"),
        (b" \n\t\r\n", "message is empty"),
        ("\u200d\u200d".encode(), "message shows nothing"),
        (b"x" * 2001, "message has 2001 characters, limit 2000"),
        (b"x" * 1_000_000, "message has more than 8000 characters, limit 2000: send it in parts"),
        (b"a\x1b[2Jb", "message has U+001B at place 2"),
    ],
)
def test_what_cannot_be_a_message_is_said_before_anybody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: bytes, says: str
):
    """No server is needed for it, and it is never half sent."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    assert run(["send", "tea", "-", "--server", "127.0.0.1:9"]) == Exit.REFUSED
    assert says in capsys.readouterr().err


def test_follow_prints_what_comes_and_ends_with_the_room(server: Server, shell: Shell):
    """Each message once."""
    with dialogue(server.url, name="Ana") as ana:
        room = tea(ana)
        ana.do("send_message", text="before")
        printed: list[str] = []
        thread = threading.Thread(
            target=lambda: printed.append(shell("chat", room, "--follow", host=False))
        )
        thread.start()
        assert ana.hear("audience")["count"] == 1
        ana.do("send_message", text="after")
        ana.do("end_room")
        thread.join(10)
        lines = wait_until(lambda: printed, "the end of the command")[0].splitlines()
        assert [line.split(": ")[1] for line in lines] == ["before", "after"]


def test_follow_prints_all_of_a_room_that_ends_while_it_joins(
    server: Server, shell: Shell, monkeypatch: pytest.MonkeyPatch
):
    """It is read as any that has ended."""
    with dialogue(server.url, name="Ana") as ana:
        room = tea(ana)
        ana.do("send_message", text="all there was")
        read = RoomClient.messages_before

        async def read_too_late(self: RoomClient, *, limit: int) -> ChatPage:
            ana.do("end_room")
            return await read(self, limit=limit)

        monkeypatch.setattr(RoomClient, "messages_before", read_too_late)
        lines = shell("chat", room, "--follow", host=False).splitlines()
        assert [line.split(": ")[1] for line in lines] == ["all there was"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["room", "nowhere", "end"], Exit.REFUSED, "there is no room 'nowhere'"),
        (["room", "x", "dance"], Exit.USAGE, "no verb 'dance'"),
        (["room", "x", "kick"], Exit.USAGE, "expected: tui-rooms room ROOM kick WHO"),
        (["room", "x", "slow", "soon"], Exit.USAGE, "'soon' is no number of seconds"),
        (["room", "x", "hands", "kings"], Exit.USAGE, "no role 'kings'"),
        (["chat", "nowhere"], Exit.REFUSED, "there is no room 'nowhere'"),
        (["send", "nowhere", "hi"], Exit.REFUSED, "there is no room 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_said(shell: Shell, words: list[str], code: int, says: str):
    """In a sentence, with the right exit code."""
    assert says in shell(*words, code=code)


def test_a_guest_may_not_run_a_room(server: Server, shell: Shell):
    """The rules are the same from here."""
    with dialogue(server.url, name="Ana") as ana:
        room = tea(ana)
        assert "join it first" in shell("room", room, "end", code=Exit.REFUSED, host=False)


def test_two_people_of_one_name_are_told_apart_by_identity(server: Server, shell: Shell):
    """Nobody is kicked by mistake."""
    with (
        dialogue(server.url, name="Ana") as ana,
        dialogue(server.url, name="Sam") as one,
        dialogue(server.url, name="Sam") as other,
    ):
        room = tea(ana)
        for who in (one, other):
            who.ask("join_room", room=room, media=False)
        errors = shell("room", room, "kick", "Sam", code=Exit.USAGE)
        assert one.welcome["identity"] in errors
        assert "'Sam' are 2 people" in errors
        shell("room", room, "kick", one.welcome["identity"])
        assert one.hear("closed")["code"] == "kicked"


def test_people_of_one_name_are_told_apart_in_a_crowd_of_similar_names(
    server: Server, shell: Shell
):
    """The second Sam is found though a hundred have Sam in their names before."""
    with ExitStack() as crowd:
        ana = crowd.enter_context(dialogue(server.url, name="Ana"))
        room = tea(ana)
        for name in ["Sam", *["Samuel"] * 100, "Sam"]:
            sam = crowd.enter_context(dialogue(server.url, name=name))
            sam.ask("join_room", room=room, media=False)
        errors = shell("room", room, "kick", "Sam", code=Exit.USAGE)
        assert "'Sam' are 2 people" in errors
        assert sam.welcome["identity"] in errors


def test_nobody_takes_what_was_meant_for_another_by_their_identity_as_a_name(
    server: Server, shell: Shell
):
    """It is refused, and done for the identity once nobody is called so."""
    with (
        dialogue(server.url, name="Ana") as ana,
        dialogue(server.url, name="Ben") as ben,
    ):
        room = tea(ana)
        ben.ask("join_room", room=room, media=False)
        him = ben.welcome["identity"]
        with dialogue(server.url, name=him) as thief:
            thief.ask("join_room", room=room, media=False)
            errors = shell("room", room, "role", him, "cohost", code=Exit.USAGE)
            assert f"'{him}' is an identity, and what {thief.welcome['identity']} calls" in errors
            shell("room", room, "kick", thief.welcome["identity"])
            assert thief.hear("closed")["code"] == "kicked"
        shell("room", room, "role", him, "cohost")
        given = ana.event("role_changed")
        assert (given["identity"], given["role"]) == (him, "cohost")


def test_an_identity_from_a_token_is_not_taken_for_a_name_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Such an identity may be any text, and is looked for among all who are here."""
    data = str(tmp_path / "data")
    with running_server("--data", data) as server:
        wanted = ["--identity", "ben", "--role", "speaker", "--name", "Benjamin"]
        assert run(["token", "--data", data, *wanted]) == Exit.OK
        token = capsys.readouterr().out.strip()
        with (
            dialogue(server.url, name="Ana") as ana,
            dialogue(server.url, token=token) as ben,
            dialogue(server.url, name="ben") as thief,
        ):
            room = tea(ana)
            for who in (ben, thief):
                who.ask("join_room", room=room, media=False)
            errors = Shell(server, capsys)("room", room, "mute", "ben", code=Exit.USAGE)
            assert f"'ben' is an identity, and what {thief.welcome['identity']} calls" in errors


def test_the_identity_of_somebody_who_is_away_is_not_taken_for_a_name(server: Server, shell: Shell):
    """Roles are remembered: whoever took the name would get it in place of its owner."""
    with dialogue(server.url, name="Ben") as ben:
        him = ben.welcome["identity"]
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name=him) as thief:
        room = tea(ana)
        thief.ask("join_room", room=room, media=False)
        errors = shell("room", room, "role", him, "cohost", code=Exit.USAGE)
        assert f"give {thief.welcome['identity']} to mean that person" in errors


async def _ask_for_ever(room: OutsideRoom) -> None:
    while True:
        await room.participants()


async def test_more_pages_than_a_server_gives_at_once_are_waited_for(server: Server):
    """Whoever has asked for too many pages still finds somebody by name."""
    with dialogue(server.url, name="Ana") as ana:
        room_id = tea(ana)
        async with Lobby.connect(server.url, token=server.host_token) as lobby:
            room = lobby.room(room_id)
            with pytest.raises(RoomError, match="wait a moment"):
                await _ask_for_ever(room)
            assert await identity_of(room, "Ana") == ana.welcome["identity"]


def test_every_verb_is_in_the_help(capsys: pytest.CaptureFixture[str]):
    """The table and the text do not drift apart."""
    with pytest.raises(SystemExit):
        run(["room", "--help"])
    shown = capsys.readouterr().out
    for name in VERBS:
        assert name in shown.split("WHO is an identity")[0]
