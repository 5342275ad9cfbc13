"""The real server in a process of its own."""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.support.forks import Fork, forked
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.waiting import wait_until

Process: TypeAlias = "Fork | subprocess.Popen[bytes]"

_END_SECONDS = 10
_CROWDED = """
from tui_rooms.__main__ import main
from tui_rooms.sfu.workers.pool import MediaWorkers
MediaWorkers.__init__.__kwdefaults__["crowd"] = {crowd}
main()
"""


def crowded_at(crowd: int) -> list[str]:
    """The program, with rooms that are larger than a media worker from so many people on."""
    return [sys.executable, "-c", _CROWDED.format(crowd=crowd)]


class Server:
    """A server that listens."""

    def __init__(self, process: Process, started: dict[str, Any], log: Path) -> None:
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
def running_server(*options: str, program: Sequence[str] | None = None) -> Iterator[Server]:
    """Start `tui-rooms serve` on a free port of 127.0.0.1, and end it after the block.

    Args:
        options: further ones for `serve`; unless they say otherwise it carries the sound itself.
        program: what takes `serve` and its options, instead of the one that all are forked from.

    Its output is printed at the end, so pytest shows it when the test has failed. A server that
    does not end by itself and in order on SIGTERM is a failure too.
    """
    with tempfile.TemporaryDirectory(prefix="server-") as name, contextlib.ExitStack() as files:
        home = Path(name)
        out, log = home / "stdout", home / "stderr"
        words = ["serve", "--port", "0", "--data", str(home / "data"), "--json"]
        # A test asks in a second what people ask in minutes.
        words += ["--media-workers", "0", "--address-ms", "1000", *options]
        environment = private_environment(home / "home")
        streams = [files.enter_context(file.open("wb")).fileno() for file in (out, log)]
        process: Process
        if program is None:
            process = forked([str(TUI_ROOMS), *words], environment, *streams)
            files.callback(process.close)
        else:
            process = subprocess.Popen(
                [*program, *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=streams[0],
                stderr=streams[1],
            )
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


def _first_line(process: Process, out: Path) -> dict[str, Any]:
    def line_or_end() -> bool:
        return b"\n" in out.read_bytes() or process.poll() is not None

    wait_until(line_or_end, "the server's first line", seconds=20)
    assert process.poll() is None, f"the server ended at once, with {process.returncode}"
    started: dict[str, Any] = json.loads(out.read_bytes().split(b"\n")[0])
    return started


def _end(process: Process, *, told: bool) -> bool:
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
