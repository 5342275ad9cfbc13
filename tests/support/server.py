"""The real server in a process of its own."""

import contextlib
import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.forks import Fork, forked
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.waiting import wait_until

_END_SECONDS = 10


class Server:
    """A server that listens."""

    def __init__(self, process: Fork, started: dict[str, Any], log: Path) -> None:
        self.process = process
        self.log = log
        """What it writes to standard error."""
        self.started = started
        """The JSON object that it printed on start."""
        self.url: str = started["listening"]
        """As `--server` wants it: http://127.0.0.1:PORT."""
        self.port: int = started["port"]
        """Of TCP and UDP alike."""
        self.host_token: str = started["host_token"]
        self.may_end = False
        """Whether the test ends it itself."""
        self.killed = False

    def kill(self) -> None:
        """End it as a crash would: without a word, at once."""
        self.may_end = self.killed = True
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running_server(*options: str) -> Iterator[Server]:
    """Start `tui-rooms serve` on a free port of 127.0.0.1, and end it after the block.

    Args:
        options: further ones for `serve`; unless they say otherwise it carries the sound itself.

    Its output is printed at the end, so pytest shows it when the test has failed. A server that
    does not end by itself and in order on SIGTERM is a failure too.
    """
    with tempfile.TemporaryDirectory(prefix="server-") as name, contextlib.ExitStack() as files:
        home = Path(name)
        out, log = home / "stdout", home / "stderr"
        process = forked(
            [
                str(TUI_ROOMS),
                "serve",
                "--port",
                "0",
                "--data",
                str(home / "data"),
                "--json",
                "--media-workers",
                "0",
                *options,
            ],
            private_environment(home / "home"),
            files.enter_context(out.open("wb")).fileno(),
            files.enter_context(log.open("wb")).fileno(),
        )
        files.callback(process.close)
        running: Server | None = None
        try:
            running = Server(process, _first_line(process, out), log)
            yield running
            ended = process.poll() is not None
            assert running.may_end or not ended, f"the server ended with {process.returncode}"
        finally:
            in_order = _end(process, told=running is not None and running.may_end)
            print(f"--- server's output\n{out.read_text()}\n--- server's errors\n{log.read_text()}")
        assert running.killed or in_order, (
            f"on SIGTERM the server did not end with 0 but {process.returncode}"
        )


@pytest.fixture
def server() -> Iterator[Server]:
    """The real server, for one test."""
    with running_server() as running:
        yield running


def _first_line(process: Fork, out: Path) -> dict[str, Any]:
    def line_or_end() -> bool:
        return b"\n" in out.read_bytes() or process.poll() is not None

    wait_until(line_or_end, "the server's first line", seconds=20)
    assert process.poll() is None, f"the server ended at once, with {process.returncode}"
    started: dict[str, Any] = json.loads(out.read_bytes().split(b"\n")[0])
    return started


def _end(process: Fork, *, told: bool) -> bool:
    """Ask the server to end, unless it was `told` to; whether it did so, and without an error."""
    if told:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(_END_SECONDS) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
