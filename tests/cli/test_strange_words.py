"""Words of a server that means no good, on the terminal of a command."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.server import ServerConnection, serve

from tests.cli.test_commands import run
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

    with serve(refuse, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_refusal_cannot_drive_the_terminal(tmp_path: Path):
    """Escape sequences come out as characters that do nothing."""
    with server_that_refuses("no\x1b[2J\x1b]0;owned\x07 entry") as address:
        done = run(tmp_path, "rooms", "--server", address)
    assert done.returncode == Exit.REFUSED
    assert "no\ufffd[2J" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


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
