"""What an attack meets: a server with old rooms, and the network that strangers are in."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.namespaces import Namespace
from tests.server.storage.rooms import made, said
from tests.support.http import call
from tests.support.program import private_environment
from tui_rooms.rules.events import RoomEnded
from tui_rooms.server.storage.card import card_after
from tui_rooms.server.storage.sqlite import SqliteLog

ROOT: Final = Path(__file__).resolve().parent.parent.parent
OUTSIDE: Final = "10.231.77.1"
"""The server, as strangers reach it."""
STRANGER: Final = "10.231.77.2"
VICTIM: Final = "10.231.77.3"
"""Who never asked for anything."""
CROWD: Final = "10.231.78"
"""A network of 250 addresses."""
OLD_ROOMS: Final = 60
OLD_EVENTS: Final = 10_000
"""In `old`, which is one more."""
_AT_ONCE: Final = 500
_FIGURE: Final = re.compile(r"^(\w+)(?:{(.*)})? (\S+)$", re.MULTILINE)
_COUNTED: Final = {
    "tui_rooms_media_received_datagrams_total": "datagrams",
    "tui_rooms_media_dropped_packets_total": "{why}",
    "tui_rooms_media_bad_packets_total": "bad {kind}",
    "tui_rooms_media_handshakes_total": "handshakes {how}",
    "tui_rooms_connections_ended_total": "connections {why}",
    "tui_rooms_refusals_total": "refused {code}",
    "tui_rooms_process_cpu_seconds_total": "cpu {process}",
}


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


class House:
    """One running server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._log = (home / "log").open("wb")
        words = ["serve", "--host", "0.0.0.0", "--port", "0", "--open", "--json", "--data"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui_rooms", *words, str(home / "data")],
            env=private_environment(home / "home") | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C is for us, who end it
        )
        assert self.process.stdout is not None
        self.started: dict[str, Any] = json.loads(self.process.stdout.readline() or b"{}")
        if not self.started:
            self.end()
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
        """Resident, of all its processes; what they share is counted with each."""
        kb = 0
        for pid in family(self.process.pid):
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                    kb += int(line.split()[1]) if line.startswith("VmRSS:") else 0
        return kb / 1024

    def counted(self) -> Counter[str]:
        """What it has counted since its start; nothing when it does not say so in time."""
        found: Counter[str] = Counter()
        try:
            asked = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5)
        except OSError:
            return found
        with asked:
            text = asked.read().decode()
        for name, labels, value in _FIGURE.findall(text):
            if name in _COUNTED:
                named = dict(re.findall(r'(\w+)="([^"]*)"', labels))
                found[_COUNTED[name].format(**named)] += float(value)  # type: ignore[assignment]
        return found

    def end(self) -> float:
        """Tell it to end; how long that took."""
        begin = time.monotonic()
        everybody = family(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in everybody:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
        self._log.close()
        return time.monotonic() - begin

    def text_kb(self) -> float:
        """What it has written to its log."""
        return (self.home / "log").stat().st_size / 1000

    def kept_mb(self) -> float:
        """What lies in its data directory; of a database its pages, wherever they are now."""
        data, size = self.home / "data", 0
        for file in data.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if file.suffix == ".db":
                    size += _pages(file)
                elif not file.name.endswith(("-wal", "-shm")):
                    size += file.stat().st_size
        return size / 1e6


def _pages(database: Path) -> int:
    """Bytes of the pages in use; of a copy, as the server lets nobody else look."""
    for _ in range(5):
        with tempfile.TemporaryDirectory(prefix="attack-") as directory:
            for file in database.parent.glob(f"{database.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, directory)
            with (
                contextlib.suppress(sqlite3.Error),  # copied while it was written
                contextlib.closing(sqlite3.connect(Path(directory) / database.name)) as copy,
            ):
                pages, free, size = (
                    copy.execute(f"PRAGMA {what}").fetchone()[0]
                    for what in ("page_count", "freelist_count", "page_size")
                )
                return int((pages - free) * size)
    raise SystemExit(f"{database} could not be read")


def family(pid: int) -> list[int]:
    """That process and all that come from it, whichever of its threads has started them."""
    children: list[str] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def seed(home: Path, rooms: int) -> None:
    """A data directory with old rooms, in which people have talked, and open ones."""
    home.mkdir()
    house = House(home)
    try:
        url = f"http://127.0.0.1:{house.port}/api/rooms"
        for n in range(OLD_ROOMS):
            room = f"old-{n}"
            answer = call(
                url, {"title": f"Old room {n}", "room": room, "live": True}, token=house.token
            )
            token = answer.body["token"]
            words = {"kind": "send_message", "text": f"words of room {n}"}
            call(f"{url}/{room}/commands", {"command": words}, token=token)
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
    asyncio.run(_long_ago(home / "data" / "rooms.db"))


async def _long_ago(file: Path) -> None:
    """A room that has ended, and in which much was said."""
    log = await SqliteLog.open(file)
    try:
        at = time.time() - 86_400
        happened, _ = made("old", title="A long old room of many words", at=at, live_at=at)
        happened += [said(f"words number {n}", at + n / 10) for n in range(OLD_EVENTS)]
        happened.append(RoomEnded(by="ana", at=at + OLD_EVENTS))
        card = card_after(None, happened)
        for n in range(0, len(happened), _AT_ONCE):
            await log.append("old", happened[n : n + _AT_ONCE], expected=n, card=card)
    finally:
        await log.close()


@contextlib.contextmanager
def child(words: Sequence[str], *, prefix: Sequence[str] = (), nice: int = 0) -> Iterator[Any]:
    """A module of ours in a process beside this one; killed at the end unless it has ended."""
    command = [*prefix, "nice", "-n", str(nice), sys.executable, "-m", *words]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def copied(seeded: Path, home: Path) -> Path:
    """A home of its own for one attack."""
    home.mkdir()
    shutil.copytree(seeded / "data", home / "data")
    return home
