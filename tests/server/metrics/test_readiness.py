"""Whether a server is ready, and what it says when it is not."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.server.silent_engine import SilentEngine
from tests.support.http import call
from tests.support.server import running_server
from tests.support.waiting import wait_until
from tui_rooms.server.metrics.processes import process_figures
from tui_rooms.server.metrics.readiness import GOOD_FOR, Readiness
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.sqlite import SqliteLog


class Disk(MemoryLog):
    """Counts how often it was written to, and fails or stands still if told to."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.is_full = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def check_writable(self) -> None:
        """As told."""
        self.looks += 1
        await self.answers.wait()
        if self.is_full:
            raise StorageError("storage-full", "the disk that holds /a/secret/path is full")


class Clock:
    """Stands until a test sets it."""

    now = 0.0

    def __call__(self) -> float:
        """As it was set."""
        return self.now


async def test_all_that_is_in_the_way_is_told_and_no_path():
    """Each reason a sentence; where the data lie is nobody's business."""
    disk, engine = Disk(), SilentEngine()
    disk.is_full, engine.alive = True, False
    readiness = Readiness(disk, engine, clock=Clock())
    readiness.is_ending = lambda: True
    assert await readiness.obstacles() == [
        "the server is shutting down",
        "media worker 1 of 1 does not answer",
        "rooms cannot be kept (storage-full)",
    ]


async def test_however_many_ask_the_disk_is_looked_at_once_in_a_while():
    """A stranger cannot make the server write as often as they ask."""
    disk, clock = Disk(), Clock()
    readiness = Readiness(disk, SilentEngine(), clock=clock)
    await asyncio.gather(*(readiness.obstacles() for _ in range(100)))
    assert disk.looks == 1
    clock.now = GOOD_FOR
    disk.is_full = True
    assert await readiness.obstacles() == ["rooms cannot be kept (storage-full)"]
    disk.is_full = False
    assert await readiness.obstacles() == ["rooms cannot be kept (storage-full)"]
    clock.now = 2 * GOOD_FOR
    assert await readiness.obstacles() == []
    assert disk.looks == 3


async def test_a_disk_that_does_not_answer_is_not_waited_for(monkeypatch):
    """Nor asked a second time meanwhile."""
    monkeypatch.setattr("tui_rooms.server.metrics.readiness.PATIENCE", 0.01)
    disk, clock = Disk(), Clock()
    disk.answers.clear()
    readiness = Readiness(disk, SilentEngine(), clock=clock)
    for clock.now in (0.0, GOOD_FOR, 2 * GOOD_FOR):
        (obstacle,) = await readiness.obstacles()
        assert "has not answered" in obstacle
    assert disk.looks == 1
    disk.answers.set()


async def test_a_log_that_was_moved_away_is_not_writable(tmp_path: Path):
    """The look is a real one: it writes to the file, and changes nothing in it."""
    path = tmp_path / "rooms.db"
    log = await SqliteLog.open(path)
    await log.check_writable()
    assert await log.open_rooms() == []
    path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageError) as refused:
        await log.check_writable()
    assert refused.value.code == "storage-removed"
    await log.close()
    with pytest.raises(StorageError):
        await log.check_writable()
    again = await SqliteLog.open(tmp_path / "elsewhere.db")
    await again.check_writable()
    await again.close()


def test_a_server_says_when_its_media_worker_stands_still():
    """503 with the reason, and 200 again once another one has followed."""
    with running_server("--media-workers", "1") as server:
        ready = f"{server.url}/api/ready"
        assert call(ready).body == {"ready": True}
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        (worker,) = map(int, children.read_text().split())
        os.kill(worker, signal.SIGSTOP)
        wait_until(lambda: call(ready).status == 503, "that it is told", seconds=20)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: call(ready).status == 200, "another worker", seconds=30)
        assert call(f"{server.url}/api/health").status == 200


def test_a_process_that_has_gone_has_no_figures(tmp_path: Path):
    """Neither has one that the system tells nonsense of."""
    assert process_figures(os.getpid()) is not None
    assert process_figures(2**22 + 1) is None
    there = tmp_path / "7"
    (there / "fd").mkdir(parents=True)
    for name in ("statm", "stat", "limits"):
        (there / name).write_text("no such thing")
    assert process_figures(7, root=tmp_path) is None
