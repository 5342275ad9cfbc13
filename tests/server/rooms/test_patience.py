"""A disk that does not answer holds up neither whoever protects somebody nor, for ever, others."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.server.people import Person, actor, open_room
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import logged
from tui_rooms.rules.room_types import OPEN_MIC
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.storage import sqlite as sqlite_log
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.replaying import replayed
from tui_rooms.server.storage.sqlite import SqliteLog

MUTE = commands.Mute(identity="ben")


@contextmanager
def stuck(kept: SqliteLog) -> Iterator[None]:
    """What the disk begins with it does not end within the block."""
    answers = threading.Event()
    kept._thread.submit(kept._timed, answers.wait, ())
    try:
        yield
    finally:
        answers.set()


@asynccontextmanager
async def stage(path: Path) -> AsyncIterator[tuple[LiveRoom, SqliteLog]]:
    """A room on a disk, with its host Ana, and Ben who speaks."""
    kept = await SqliteLog.open(path / "rooms.db")
    registry, live = await open_room(kept=kept, kind=OPEN_MIC)
    for name in ("ana", "ben"):
        await Person(live, name).join(actor=actor(name))
    await live.execute(commands.Unmute(), actor("ben"))
    try:
        yield live, kept
    finally:
        await registry.close()
        await kept.close()


def say(text: str) -> commands.SendMessage:
    return commands.SendMessage(message_id=text, text=text, to=ToEveryone())


async def test_a_mute_overtakes_what_waits_for_a_disk_that_is_stuck(tmp_path):
    """What was before it is refused; it is done, and kept once the disk goes on."""
    async with stage(tmp_path) as (live, kept):
        with stuck(kept):
            before = [
                asyncio.ensure_future(live.execute(say(f"m{n}"), actor("ben"))) for n in range(3)
            ]
            await asyncio.sleep(0)
            assert not any(task.done() for task in before)
            happened = await live.execute(MUTE, actor("ana"))
            assert live.room.stage["ben"].muted
            assert not live.has_kept(happened)
            for refused in await asyncio.gather(*before, return_exceptions=True):
                assert isinstance(refused, RoomError)
                assert refused.code == "not-kept"
        await live.execute(say("after"), actor("ana"))
        assert live.has_kept(happened)
        assert live.room.stage["ben"].muted
        found = await replayed(kept, live.room_id)
        assert found == (logged(live.room), live.version)


async def test_a_disk_that_takes_its_time_is_waited_for(tmp_path):
    """While nobody has to be protected: everything is done, and kept."""
    async with stage(tmp_path) as (live, kept):
        with stuck(kept):
            waiting = asyncio.ensure_future(live.execute(say("late"), actor("ben")))
            await asyncio.wait([waiting], timeout=0.7)
            assert not waiting.done()
        assert live.has_kept(await waiting)
        happened = await live.execute(MUTE, actor("ana"))
        assert live.has_kept(happened)


async def test_nobody_waits_for_ever(tmp_path, monkeypatch):
    """After a while whoever asks the log is refused, later ones at once, and a closing ends."""
    monkeypatch.setattr(sqlite_log, "ANSWERS_WITHIN", 0.1)
    async with stage(tmp_path) as (live, kept):
        with stuck(kept):
            with pytest.raises(RoomError) as refused:
                await live.execute(say("lost"), actor("ben"))
            assert isinstance(refused.value.__cause__, StorageError)
            assert refused.value.__cause__.code == "storage-slow"
            with pytest.raises(StorageError, match="has not answered"):
                await kept.version(live.room_id)
            assert kept._thread._work_queue.qsize() <= 1
        monkeypatch.undo()
        await asyncio.wrap_future(kept._thread.submit(int))
        await live.execute(say("back"), actor("ben"))
        found = await replayed(kept, live.room_id)
        assert found == (logged(live.room), live.version)
        monkeypatch.setattr(sqlite_log, "ANSWERS_WITHIN", 0.1)
        with stuck(kept):
            await kept.close()
