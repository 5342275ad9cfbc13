"""The server that comes with the program: found when it runs, started when it does not."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import platformdirs

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.fetch import HEALTH, fetch, is_tui_rooms

IDLE_EXIT_SECONDS = 60
"""It ends after so long without clients."""
STATE_FILE = "server.json"
LONG_LOG = 1_000_000
"""Bytes of a log after which another one is begun."""


class StartedServer(NamedTuple):
    """A server that listens."""

    url: str
    process: subprocess.Popen[bytes]


def find_or_start() -> str:
    """The URL of this user's own server on this machine.

    It is a process of its own, so it outlives whoever started it while anyone is in a room.

    Raises:
        CommandError: it did not start; the sentence names its log.
    """
    directory = _runtime_directory()
    state = directory / STATE_FILE
    with _one_at_a_time(directory / "server.lock"):
        return _running(state) or _start(state).url


def _runtime_directory() -> Path:
    directory = platformdirs.user_runtime_path("tui-rooms")
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = os.access(directory, os.W_OK)
    except OSError:
        probe = False
    if not probe:
        directory = platformdirs.user_cache_path("tui-rooms") / "run"
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


@contextmanager
def _one_at_a_time(path: Path) -> Generator[None, None, None]:
    """Two that start at the same moment share one server."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running(state: Path) -> str | None:
    """The URL in the state file, when a server of ours answers there."""
    try:
        address = parse_address(str(json.loads(state.read_text(encoding="utf-8"))["url"]))
        # After a crash that port may be anybody's by now.
        known = is_tui_rooms(fetch(address, HEALTH, timeout=2.0).body)
    except (OSError, ValueError, LookupError, TypeError, LinkError):
        return None
    return address.http if known else None


def _start(state: Path) -> StartedServer:
    # Not the directory of `tui-rooms serve`: one belongs to one running server.
    data = platformdirs.user_data_path("tui-rooms") / "own-server"
    return start_server(
        (
            *("--idle-exit", str(IDLE_EXIT_SECONDS), "--state-file", str(state)),
            *("--data", str(data)),
        ),
        log_file("server"),
    )


def log_file(name: str) -> Path:
    """Where something that runs in the background says what it has to say; it is appended to.

    One that has become long is put aside, in place of the one before, even while it is written to.
    """
    log = platformdirs.user_log_path("tui-rooms", ensure_exists=True) / f"{name}.log"
    with suppress(FileNotFoundError):
        if log.stat().st_size > LONG_LOG:
            log.replace(log.with_suffix(".old.log"))
    return log


def start_server(options: Sequence[str], log: Path) -> StartedServer:
    """Start a server on a free port of this machine.

    Raises:
        CommandError: it did not start; the sentence names its log.
    """
    command = [
        *(sys.executable, "-m", "tui_rooms", "serve", "--port", "0", "--json"),
        *options,
    ]
    reading, writing = os.pipe()
    with log.open("a") as errors, os.fdopen(writing, "w") as announcement:
        process = subprocess.Popen(  # noqa: S603 - our own program, no word of it from outside
            command,
            stdin=subprocess.DEVNULL,
            stdout=announcement,
            stderr=errors,
            start_new_session=True,  # it must survive the terminal it was started in
        )
    with os.fdopen(reading) as output:
        line = output.readline()
    try:
        return StartedServer(str(json.loads(line)["url"]), process)
    except (ValueError, KeyError) as exc:
        raise CommandError(
            Exit.NO_SERVER, f"the server that comes with tui-rooms did not start; see {log}"
        ) from exc
