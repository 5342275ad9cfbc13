"""The faults of the server's machine: disk, clock, descriptors, memory; see `chaos_files` too."""

import asyncio
import atexit
import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.chaos_faults import BEHIND_THE_LINK, ROOM, Fault, Scene
from benchmarks.chaos_kinds import ALL, BYSTANDER, Row
from benchmarks.chaos_shim import Shim

DISK_BYTES: Final = 64 << 20
MEMORY_LEFT: Final = 256 << 10
HOUR: Final = 3600
BACK_WITHIN: Final = 5.0
"""Seconds after a start of the server: the fault meets people who are there."""


async def _shimmed(scene: Scene) -> Shim:
    """Start the server again with one between it and its system, which does nothing yet."""
    scene.server.kill()
    shim = Shim(scene.directory, "server", scene.server.directory)
    await scene.server.start(env=shim.env)
    await asyncio.sleep(BACK_WITHIN)
    return shim


async def _is_refused(scene: Scene, number: int) -> None:
    """Nothing that cannot be kept is acknowledged as kept."""
    told = await scene.server.call(f"/api/rooms/{ROOM}/invitations", {"uses": number + 1})
    if told.status != 503:
        raise AssertionError(f"while the disk took nothing: {told.status} {told.body}")


@dataclass(kw_only=True)
class Disk(Row):
    """It refuses whatever would change a file, or takes its time for it."""

    refuses_with: int = 0
    slow_ms: int = 0

    async def begin(self, scene: Scene, random: Random) -> None:
        """Let it."""
        self._shim = await _shimmed(scene)
        scene.expect_unkept()
        self._shim.tell(fails_with=self.refuses_with, slow_ms=self.slow_ms)
        if self.refuses_with:
            await _is_refused(scene, random.randrange(100))

    async def end(self, scene: Scene) -> None:
        """Let it work again."""
        self._shim.tell()


class DiskFull(Row):
    """A real one, in memory, without room for one byte."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Lay the server's data on it, and fill it."""
        data = scene.server.directory
        if not data.is_mount():
            scene.server.kill()
            _lay_on_a_disk(data)
            await scene.server.start()
            await asyncio.sleep(BACK_WITHIN)
        scene.expect_unkept()
        with (data / "filler").open("ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))
        await _is_refused(scene, random.randrange(100))

    async def end(self, scene: Scene) -> None:
        """Make room."""
        (scene.server.directory / "filler").unlink()


def _lay_on_a_disk(data: Path) -> None:
    aside = data.with_name("aside")
    data.rename(aside)
    data.mkdir(mode=0o700)
    options = f"size={DISK_BYTES},mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(data)], check=True)
    atexit.register(subprocess.run, ["umount", "--lazy", str(data)], check=False)
    shutil.copytree(aside, data, dirs_exist_ok=True)
    shutil.rmtree(aside)


@dataclass(kw_only=True)
class ServersClock(Row):
    """The time of day at the server is set, and set back in the end."""

    ahead: int

    async def begin(self, scene: Scene, random: Random) -> None:
        """Set it."""
        self._shim = await _shimmed(scene)
        self._shim.tell(ahead=self.ahead)

    async def end(self, scene: Scene) -> None:
        """Set it right."""
        self._shim.tell()


@dataclass(kw_only=True)
class ClientsClock(Row):
    """The same at a client's machine."""

    ahead: int

    async def begin(self, scene: Scene, random: Random) -> None:
        """Set it."""
        name = random.choice([name for name in BEHIND_THE_LINK if name in scene.clients])
        self._shim = Shim(scene.directory, name)
        await scene.clients[name].restart(env=self._shim.env)
        self._shim.tell(ahead=self.ahead)

    async def end(self, scene: Scene) -> None:
        """Set it right."""
        self._shim.tell()


@dataclass(kw_only=True)
class Exhausted(Row):
    """The server's processes are given no more of something than they have."""

    what: int
    """A limit of `resource`."""
    kills_worker: bool = False
    """Whether its media worker dies meanwhile, and cannot be replaced."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Give nothing more."""
        for pid in (scene.server.pid, *scene.server.workers):
            _, hard = resource.prlimit(pid, self.what)
            has = _descriptors(pid) if self.what == resource.RLIMIT_NOFILE else _memory(pid)
            resource.prlimit(pid, self.what, (has, hard))
        if self.kills_worker:
            os.kill(random.choice(scene.server.workers), signal.SIGKILL)

    async def end(self, scene: Scene) -> None:
        """Give as much as is allowed."""
        for pid in (scene.server.pid, *scene.server.workers):
            with contextlib.suppress(ProcessLookupError):
                _, hard = resource.prlimit(pid, self.what)
                resource.prlimit(pid, self.what, (hard, hard))


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def _memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kb,) = (int(line.split()[1]) for line in lines if line.startswith("VmSize:"))
    return kb * 1024 + MEMORY_LEFT


_AFTER: Final = {"lasts": 10.0, "median_within": 2.0, "back_within": 2.0}
FAULTS: Final[Sequence[Callable[[], Fault]]] = (
    lambda: DiskFull(name="disk full", **_AFTER),
    lambda: Disk(name="disk read-only", refuses_with=errno.EROFS, **_AFTER),
    lambda: Disk(name="disk that fails", refuses_with=errno.EIO, **_AFTER),
    lambda: Disk(name="disk slow", slow_ms=20, **_AFTER),
    lambda: Disk(name="disk stuck", slow_ms=2000, lasts=15.0, median_within=2.0, back_within=3.0),
    lambda: ServersClock(name="server's clock an hour on", ahead=HOUR, **_AFTER),
    lambda: ServersClock(name="server's clock an hour back", ahead=-HOUR, **_AFTER),
    lambda: ClientsClock(
        name="a client's clock an hour on", ahead=HOUR, spares=BYSTANDER, **_AFTER
    ),
    lambda: ClientsClock(
        name="a client's clock an hour back", ahead=-HOUR, spares=BYSTANDER, **_AFTER
    ),
    lambda: Exhausted(name="no descriptors", what=resource.RLIMIT_NOFILE, spares=ALL, **_AFTER),
    lambda: Exhausted(
        name="no descriptors, worker killed",
        what=resource.RLIMIT_NOFILE,
        kills_worker=True,
        lasts=5.0,
        median_within=3.0,
        back_within=5.0,
    ),
    lambda: Exhausted(
        name="no memory", what=resource.RLIMIT_AS, lasts=5.0, median_within=5.0, back_within=10.0
    ),
)
