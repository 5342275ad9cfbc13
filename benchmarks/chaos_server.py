"""The server of the chaos: the real program, in a namespace, started again and again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos_faults import NotStartedError
from benchmarks.namespaces import Namespace
from tests.support.http import Reply, call
from tests.support.program import private_environment

ROOT: Final = Path(__file__).resolve().parent.parent
PORT: Final = 7600
STARTS_WITHIN: Final = 40.0
ENDS_WITHIN: Final = 15.0


class HouseServer:
    """`tui-rooms serve`, with one media worker."""

    def __init__(self, place: Namespace, home: Path, failed: Any) -> None:
        """
        Args:
            home: takes its data and its log.
            failed: takes a sentence about what must not have happened.
        """
        self.directory = home / "data"
        self.log = home / "log"
        self.starts = 0
        self.start_seconds = 0.0
        """What the last start took."""
        self.host_token = ""
        self.may_be_down = True
        """Whether somebody has ended it; else it has no reason to."""
        self._home = home
        self._place = place
        self._failed = failed
        self._process: subprocess.Popen[bytes] | None = None
        self._inside = ThreadPoolExecutor(1, "in-namespace", initializer=place.enter)

    @property
    def pid(self) -> int:
        """Of the process itself; 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_up(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def workers(self) -> list[int]:
        """Process ids of its media workers."""
        return [pid for pid in children(self.pid) if b"workers" in _command(pid)]

    @property
    def family(self) -> list[int]:
        """All its processes."""
        return [self.pid, *children(self.pid)] if self.is_up else []

    def kill(self) -> None:
        """`kill -9`, and wait for its end. Its workers end by themselves."""
        self.may_be_down = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and wait; its exit code (negative: the signal that it took in the end)."""
        self.may_be_down = True
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self._process.wait, ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._failed(f"the server did not end within {ENDS_WITHIN:g} s of SIGTERM")
            self.kill()
            return -signal.SIGKILL

    async def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Start it, and wait until it listens.

        Raises:
            NotStartedError: it ended instead.
        """
        began = time.monotonic()
        self.starts += 1
        out = self._home / f"out-{self.starts}"
        words = ["serve", "--host", "0.0.0.0", "--port", str(PORT), "--open", "--json"]
        said = self.log.stat().st_size if self.log.exists() else 0
        with out.open("wb") as stdout, self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - killed and stopped from anywhere
                [
                    # Should the runner be killed, nothing is left behind.
                    *(*self._place.words, "setpriv", "--pdeathsig", "KILL"),
                    *(sys.executable, "-m", "tui_rooms", *words),
                    *("--data", str(self.directory), *arguments),
                ],
                env={
                    **private_environment(self._home / "home"),
                    "PYTHONPATH": str(ROOT),
                    **(env or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                start_new_session=True,
            )
        while b"\n" not in out.read_bytes():
            code = self._process.poll()
            if code is not None or time.monotonic() - began > STARTS_WITHIN:
                self.kill()
                raise NotStartedError(code or 0, self.log.read_text(errors="replace")[said:])
            await asyncio.sleep(0.02)
        self.may_be_down = False
        self.start_seconds = time.monotonic() - began
        self.host_token = str(json.loads(out.read_bytes().splitlines()[0])["host_token"])

    async def call(self, path: str, body: Any = None, *, as_host: bool = True) -> Reply:
        """An HTTP request from its own namespace."""
        url = f"http://127.0.0.1:{PORT}{path}"
        token = self.host_token if as_host else None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._inside, lambda: call(url, body, token=token))

    def memory(self) -> dict[str, "Memory"]:
        """Of the server and of its workers together."""
        workers = set(self.workers)
        found = {"server": Memory(), "workers": Memory()}
        for pid in self.family:
            whose = "workers" if pid in workers else "server"
            found[whose] = found[whose].plus(pid)
        return found

    def close(self) -> None:
        """End what is left of it."""
        self.may_be_down = True
        for pid in self.family[::-1]:
            try:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.kill()
        self._inside.shutdown(wait=False)


def children(pid: int) -> list[int]:
    """Process ids of a process's children."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB."""

    pss: float = 0.0
    """All of it, pages that several processes share in part: it grows when one of those ends."""
    own: float = 0.0
    """What it has taken itself (anonymous pages): nobody else's end changes it."""

    def plus(self, pid: int) -> "Memory":
        """With that of a process; one that has ended has none."""
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            return self
        kb = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        return Memory(self.pss + kb["Pss"] / 1024, self.own + kb["Anonymous"] / 1024)
