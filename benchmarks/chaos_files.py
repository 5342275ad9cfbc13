"""The faults of the server's files: damaged ones, and a second server that wants them."""

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.chaos_faults import Fault, Scene
from benchmarks.chaos_kinds import ALL, Row
from tests.support.program import private_environment

ROOT: Final = Path(__file__).resolve().parent.parent
REFUSED: Final = 2
"""The exit code of a start for which the operator has to do something."""

Damage = Callable[[Path, Random], None]
"""Of a file."""


def noise(path: Path, random: Random) -> None:
    """Its beginning is something else."""
    content = bytearray(path.read_bytes())
    content[:100] = random.randbytes(100)
    path.write_bytes(content)


def cut(path: Path, random: Random) -> None:
    """A part of it has gone."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * random.randint(30, 70) // 100])


def emptied(path: Path, random: Random) -> None:
    """Nothing is left in it."""
    path.write_bytes(b"")


async def start(data: Path, *arguments: str) -> tuple[int, str]:
    """Start a server that is expected to end at once; its exit code and words."""
    return await _words(["serve", "--port", "0", "--data", str(data), *arguments], data.parent)


async def _words(words: Sequence[str], home: Path) -> tuple[int, str]:
    with tempfile.TemporaryDirectory(dir=home, prefix="home-") as private:
        environment = private_environment(Path(private)) | {"PYTHONPATH": str(ROOT)}
        try:
            done = await asyncio.to_thread(
                subprocess.run,
                ["nice", sys.executable, "-m", "tui_rooms", *words],
                env=environment,
                capture_output=True,
                text=True,
                timeout=40,
            )
        except subprocess.TimeoutExpired:
            return 0, "it goes on"
    return done.returncode, done.stderr


def _brought_together(data: Path) -> None:
    """Without what lies beside a database: its changes would mend it."""
    for file in data.glob("*.db"):
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _files(data: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in data.iterdir() if file.is_file()}


@dataclass(kw_only=True)
class Damaged(Row):
    """A file of a server that was killed is damaged: a start says which, and changes nothing.

    What is damaged is a copy. The server itself starts in the end.
    """

    damages: Mapping[str, Sequence[Damage]]
    """By the file's name."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Damage, start, and look."""
        scene.server.kill()
        for name, damages in self.damages.items():
            for damage in damages:
                copy = scene.directory / "copy"
                shutil.copytree(scene.server.directory, copy)
                if damage is not emptied:
                    _brought_together(copy)
                damage(copy / name, random)
                damaged = (copy / name).read_bytes()
                code, words = await start(copy)
                what = f"{name} {damage.__name__}: {code} {words}"
                if code != REFUSED or name not in words or "Traceback" in words:
                    raise AssertionError(what)
                if _files(copy)[name] != damaged:
                    raise AssertionError(f"{what}; and it was changed")
                shutil.rmtree(copy)

    async def end(self, scene: Scene) -> None:
        """Start it."""
        await scene.server.start()


class Settings(Row):
    """A room types' file and a person's settings that cannot be read are named."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Try both."""
        with tempfile.TemporaryDirectory(dir=scene.directory) as name:
            junk = Path(name) / "junk.toml"
            for content in (b"[", b"a = 1", b"\xff", random.randbytes(50)):
                junk.write_bytes(content)
                code, words = await start(Path(name) / "data", "--room-types", str(junk))
                if code != REFUSED or "junk.toml" not in words or "Traceback" in words:
                    raise AssertionError(f"room types {content!r}: {code} {words}")

    async def end(self, scene: Scene) -> None:
        """Nothing: nobody has noticed."""


class SecondServer(Row):
    """Somebody starts another one on the same directory: it says so, and the first goes on."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Start it."""
        code, words = await start(scene.server.directory)
        if code != REFUSED or "in use by another server" not in words:
            raise AssertionError(f"a second server: {code} {words}")

    async def end(self, scene: Scene) -> None:
        """Nothing: it has ended."""


_STARTED: Final = {"median_within": 5.0, "back_within": 10.0}
"""As for any server that was down for half a minute."""
FAULTS: Final[Sequence[Callable[[], Fault]]] = (
    lambda: Damaged(
        name="damaged databases",
        damages={"rooms.db": (emptied, noise), "invitations.db": (noise, cut)},
        **_STARTED,
    ),
    lambda: Damaged(name="damaged keys", damages={"keys.json": (emptied, noise, cut)}, **_STARTED),
    lambda: Settings(name="damaged settings", spares=ALL),
    lambda: SecondServer(name="a second server", spares=ALL),
)
