"""What an attack meets: a server with old rooms, a network of strangers, people who want in."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.load_socket import SmallWebSocket
from benchmarks.namespaces import Namespace
from tests.support.http import call
from tests.support.program import private_environment

ROOT: Final = Path(__file__).resolve().parent.parent
OUTSIDE: Final = "10.231.77.1"
"""The server, as strangers reach it."""
STRANGER: Final = "10.231.77.2"
VICTIM: Final = "10.231.77.3"
"""Who never asked for anything."""
CROWD: Final = "10.231.78"
"""A network of 250 addresses."""
OLD_ROOMS: Final = 60
OLD_MESSAGES: Final = 40
EVERY: Final = 2.0
"""Seconds between two honest people."""


class Strangers:
    """A network namespace, and a pair of interfaces that leads there; loopback without root."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.host = self.me = self.victim = "127.0.0.1"
        self._namespace: Namespace | None = None

    def open(self) -> None:
        """Make it.

        Raises:
            OSError, subprocess.CalledProcessError: it cannot be made here.
        """
        name = f"tr{os.getpid()}"
        namespace = self._namespace = Namespace()
        inside = namespace.words
        for prefix, words in (
            ([], f"link add {name}a type veth peer name {name}b netns {namespace.pid}"),
            ([], f"addr add {OUTSIDE}/24 dev {name}a"),
            ([], f"link set {name}a up"),
            (inside, "link set lo up"),
            (inside, f"addr add {STRANGER}/24 dev {name}b"),
            (inside, f"addr add {VICTIM}/24 dev {name}b"),
            (inside, f"link set {name}b up"),
            # Everybody else of the network is there too, for attacks from many addresses.
            (inside, f"route add local {CROWD}.0/24 dev lo"),
            ([], f"route add {CROWD}.0/24 via {STRANGER}"),
        ):
            subprocess.run([*prefix, "ip", *words.split()], check=True, capture_output=True)
        self.words, self.host, self.me, self.victim = inside, OUTSIDE, STRANGER, VICTIM

    def close(self) -> None:
        """The interfaces go with the namespace."""
        if self._namespace is not None:
            self._namespace.close()


@dataclass
class Figures:
    """What came of one attack."""

    gap_ms: float = 0.0
    late_ms: float = 0.0
    memory_mb: float = 0.0
    text_kb: float = 0.0
    events_mb: float = 0.0
    enter_s: float = 0.0
    kept_out: int = 0
    end_s: float = 0.0
    said: dict[str, Any] = field(default_factory=dict)


class House:
    """One running server."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._log = (home / "log").open("wb")
        words = ["serve", "--host", "0.0.0.0", "--port", "0", "--open", "--json", "--data"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui_rooms", *words, str(home / "data")],
            env=private_environment(home / "home") | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self.process.stdout is not None
        self.started: dict[str, Any] = json.loads(self.process.stdout.readline() or b"{}")
        if not self.started:
            raise SystemExit(f"the server did not start:\n{(home / 'log').read_text()}")

    @property
    def port(self) -> int:
        """Of TCP."""
        return int(self.started["port"])

    @property
    def token(self) -> str:
        """A host's."""
        return str(self.started["host_token"])

    def memory_mb(self) -> float:
        """Of all its processes, shared pages once."""
        kb = 0
        for pid in _family(self.process.pid):
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    kb += int(line.split()[1]) if line.startswith("Pss:") else 0
        return kb / 1024

    def end(self) -> float:
        """Tell it to end; how long that took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in _family(self.process.pid):
                os.kill(pid, signal.SIGKILL)
            self.process.wait()
        self._log.close()
        return time.monotonic() - begin

    def text_kb(self) -> float:
        """What it has written to its log."""
        return (self._home / "log").stat().st_size / 1000


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def events_mb(data: Path) -> float:
    """The event log of a server that has ended."""
    return sum(file.stat().st_size for file in data.glob("rooms.db*")) / 1e6


def seed(home: Path, rooms: int) -> None:
    """A data directory with old rooms, in which people have talked, and open ones."""
    home.mkdir()
    house = House(home)
    try:
        url = f"http://127.0.0.1:{house.port}/api/rooms"
        for n in range(OLD_ROOMS):
            room = f"old-{n}"
            made = call(
                url, {"title": f"Old room {n}", "room": room, "live": True}, token=house.token
            )
            token = made.body["token"]
            for m in range(OLD_MESSAGES if n < 5 else 2):
                said = {"kind": "send_message", "text": f"words number {m} of room {n}"}
                call(f"{url}/{room}/commands", {"command": said}, token=token)
            call(f"{url}/{room}/commands", {"command": {"kind": "end_room"}}, token=token)
        for n in range(rooms):
            call(url, {"title": f"Room {n}", "room": f"open-{n}", "live": True}, token=house.token)
        call(
            url,
            {"title": "Secret", "room": "secret", "live": True, "password": "open sesame"},
            token=house.token,
        )
    finally:
        house.end()


@contextlib.contextmanager
def child(words: Sequence[str], *, prefix: Sequence[str] = (), nice: int = 0) -> Iterator[Any]:
    """A process of Python's beside this one; killed at the end unless it has ended."""
    command = [*prefix, "nice", "-n", str(nice), sys.executable, *words]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


async def honest(host: str, port: int, me: str, until: float) -> dict[str, float]:
    """People who come in one after the other, from the address of the attack; the slowest."""
    slowest, kept_out = 0.0, 0
    while (begin := time.monotonic()) < until:
        took = await _comes_in(host, port, me, begin + 10.0)
        if took is None:
            kept_out += 1
        else:
            slowest = max(slowest, took)
        await asyncio.sleep(max(0.0, begin + EVERY - time.monotonic()))
    return {"enter_s": slowest, "kept_out": kept_out}


async def _comes_in(host: str, port: int, me: str, until: float) -> float | None:
    begin = time.monotonic()
    while time.monotonic() < until:
        socket = None
        try:
            async with asyncio.timeout(until - time.monotonic()):
                socket = await SmallWebSocket.open((host, port), "/ws", host=me)
                await socket.say({"type": "hello", "version": 1, "name": "Honest"})
                await socket.say({"type": "join_room", "id": 1, "room": "tone", "media": False})
                while True:
                    told = await socket.hear()
                    if told.get("type") == "ack":
                        return time.monotonic() - begin
                    if told.get("type") == "refused":
                        break
        except (OSError, TimeoutError, ValueError, EOFError):
            pass
        finally:
            if socket is not None:
                with contextlib.suppress(OSError):
                    socket.close()
        await asyncio.sleep(0.1)
    return None


def copied(seeded: Path, home: Path) -> Path:
    """A home of its own for one attack."""
    home.mkdir()
    shutil.copytree(seeded / "data", home / "data")
    return home
