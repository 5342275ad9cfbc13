"""How long ended rooms are kept, and how safely."""

import asyncio
import sqlite3

import pytest

from tests.cli.test_commands import run
from tests.server.storage.rooms import made
from tests.support.dialogue import dialogue
from tests.support.server import running_server
from tui_rooms.cli.exits import Exit
from tui_rooms.server.retention import DAY, forget_old_rooms
from tui_rooms.server.storage.memory import MemoryLog


async def test_rooms_are_forgotten_when_their_days_are_over():
    """Ended two days ago is gone; ended today, and still open, stays."""
    kept = MemoryLog()
    for room_id, ended in (("old", 8 * DAY), ("new", 9.9 * DAY), ("open", None)):
        log, card = made(room_id, at=DAY, live_at=2 * DAY, ended_at=ended)
        await kept.append(room_id, log, expected=0, card=card)
    forgetting = asyncio.create_task(forget_old_rooms(kept, days=1, clock=lambda: 10 * DAY))
    await until_idle()
    forgetting.cancel()
    assert await kept.read("old") == []
    assert await kept.read("new")
    assert await kept.open_rooms() == ["open"]


async def until_idle() -> None:
    """Let every task run as far as it can without the clock."""
    for _ in range(50):
        await asyncio.sleep(0)


def test_sync_full_is_what_the_file_is_opened_with(tmp_path):
    """The server accepts it, and a room made with it is there after a restart."""
    data = str(tmp_path / "data")
    with running_server("--data", data, "--sync", "full") as first, dialogue(first.url) as ana:
        ana.ask("create_room", room="tea", title="Tea", live=True)
    with running_server("--data", data, "--keep-days", "30") as again, dialogue(again.url) as ben:
        assert ben.ask("join_room", room="tea", media=False)["type"] == "ack"
    with sqlite3.connect(tmp_path / "data" / "rooms.db") as file:
        assert file.execute("SELECT count(*) FROM room").fetchone() == (1,)
    file.close()


@pytest.mark.parametrize("days", ["-1", "soon", "nan"])
def test_a_number_of_days_that_is_none_is_refused(tmp_path, days):
    """The sentence says what is expected."""
    done = run(tmp_path, "serve", "--keep-days", days)
    assert done.returncode == Exit.USAGE
    assert "expected 0 or more" in done.stderr
