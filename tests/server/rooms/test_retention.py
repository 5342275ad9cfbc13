"""How long ended rooms are kept, and how safely."""

import asyncio
import sqlite3
from dataclasses import replace

import pytest

from tests.cli.test_commands import run
from tests.server.people import actor, open_room
from tests.server.storage.rooms import made
from tests.support.dialogue import dialogue
from tests.support.server import running_server
from tests.support.virtual_time import run_virtual
from tui_rooms.cli.exits import Exit
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.retention import DAY, forget_old_rooms
from tui_rooms.server.storage.memory import MemoryLog

HOST = replace(actor("ana"), outside=True)
"""Whoever opened the room, from outside."""


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


async def forgotten() -> tuple[Registry, int]:
    """Where a room was read after its end and then erased; and its last version."""
    registry, live = await open_room()
    await live.execute(commands.EndRoom(), HOST)
    assert (await registry.to_read("tea")).title == "Tea"
    await registry.kept.forget_before(2_000_000.0)
    return registry, live.version


def test_an_ended_room_that_was_forgotten_is_not_read_any_more():
    """Although somebody has read it before."""

    async def scenario() -> None:
        registry, _ = await forgotten()
        with pytest.raises(RoomError, match="no room 'tea'"):
            await registry.to_read("tea")
        await registry.close()

    run_virtual(scenario())


def test_the_next_room_of_an_id_is_not_hidden_by_a_forgotten_one():
    """Not even when both logs are equally long."""

    async def scenario() -> None:
        registry, version = await forgotten()
        wanted = commands.CreateRoom(room_id="tea", title="Chai", live=True)
        following = await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        await following.execute(commands.EndRoom(), HOST)
        assert following.version == version
        assert (await registry.to_read("tea")).title == "Chai"
        await registry.close()

    run_virtual(scenario())


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
    assert "expected 0 to 36500" in done.stderr
