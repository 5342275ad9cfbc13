"""Words of a server that means no good, on the terminal of a command."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.server import ServerConnection

from tests.cli.between import relay_to, websocket_server
from tests.cli.test_commands import run
from tests.cli.test_doctor import port_that_greets
from tests.support.dialogue import dialogue
from tests.support.server import Server
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.rooms import table
from tui_rooms.rules.room import Life
from tui_rooms.wire.messages import RoomSummary


@contextmanager
def server_that_refuses(reason: str) -> Iterator[str]:
    """A WebSocket server that refuses every hello with these words; its address."""

    def refuse(socket: ServerConnection) -> None:
        socket.recv()
        socket.send(json.dumps({"type": "refused", "code": "x", "reason": reason}))

    with websocket_server(refuse) as address:
        yield address


def test_a_refusal_cannot_drive_the_terminal(tmp_path: Path):
    """Escape sequences come out as characters that do nothing."""
    with server_that_refuses("no\x1b[2J\x1b]0;owned\x07 entry") as address:
        done = run(tmp_path, "rooms", "--server", address)
    assert done.returncode == Exit.REFUSED
    assert "no\ufffd[2J" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


def test_a_notice_in_a_room_cannot_drive_the_terminal(server: Server, tmp_path: Path):
    """What a server says while somebody records is printed as characters that do nothing."""

    def said(text: str) -> list[str]:
        if json.loads(text)["type"] != "media_offer":
            return [text]
        reason = "mind \x1b[2J\x9b2J the gap"
        notice = {"type": "refused", "code": "x", "reason": reason}
        return [
            json.dumps(notice),
            json.dumps({"type": "closed", "code": "kicked", "reason": "out"}),
        ]

    with dialogue(server.url, name="Ana") as ana, relay_to(server, said) as address:
        ana.ask("create_room", room="tea", title="Tea", live=True)
        ana.ask("join_room", room="tea", media=False)
        words = ("--room", "tea", "--seconds", "60", "--server", address)
        done = run(tmp_path, "record", tmp_path / "heard.wav", *words)
    assert done.returncode == Exit.REFUSED, done.stderr
    assert "tui-rooms: mind \ufffd[2J\ufffd2J the gap\n" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\x9b" not in done.stderr


def test_a_finding_cannot_drive_the_terminal(tmp_path: Path):
    """`doctor` quotes what a port answers, as characters that do nothing."""
    with port_that_greets(b"\x1b[2J owned\r\n") as address:
        done = run(tmp_path, "doctor", "--no-sound", "--server", address)
    assert "\ufffd[2J owned" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_list_stays_aligned_and_harmless():
    """Wide characters count two cells, control characters none."""
    rooms = tuple(
        RoomSummary(
            room=room, title=title, room_type="open_mic", life=Life.LIVE, host=host,
            created_at=0.0, live_since=0.0, speakers=(), participants=3,
        )
        for room, host, title in (("tea", "美琳", "Tea"), ("jazz", "Tomás", "Ja\x1b[31mzz"))
    )  # fmt: skip
    head, tea, jazz = table(rooms)
    assert head == "ROOM  STATE  PEOPLE  HOST   TITLE"
    assert tea == "tea   live   3       美琳   Tea"
    assert jazz == "jazz  live   3       Tomás  Ja\ufffd[31mzz"
