"""The server that comes with the program: found when it runs, started when it does not."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.logs import log_file, see
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.network.fetch import HEALTH, fetch, is_tui_rooms
from tui_rooms.tui.settings.places import user_directory
from tui_rooms.wire.own_parts import HEADER

IDLE_EXIT_SECONDS = 60
"""It ends after so long without clients."""
STATE_FILE = "server.json"


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
    """Where this user's server says that it runs: closed to others, and it can be written.

    Raises:
        CommandError: there is no such directory anywhere.
    """
    places: tuple[Callable[[], Path], ...] = (
        lambda: user_directory("runtime"),
        lambda: user_directory("cache") / "run",
        lambda: Path(tempfile.mkdtemp(prefix="tui-rooms-")),
    )
    for place in places:
        with suppress(OSError):
            directory = place()
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_ours_alone(directory):
                return directory
    raise CommandError(
        Exit.USAGE,
        "no directory can be written for the server that comes with tui-rooms: name one in "
        "TMPDIR, or a server in --server",
    )


def _is_ours_alone(directory: Path) -> bool:
    """Whether nobody else can put a server's address there: the name may be known beforehand."""
    is_ours = directory.stat().st_uid == os.getuid() and not directory.is_symlink()
    return is_ours and not directory.stat().st_mode & 0o022 and os.access(directory, os.W_OK)


def _data_directory(runtime: Path) -> Path:
    """Where rooms are kept; without a home beside where the server runs, until that is emptied.

    Not the directory of `tui-rooms serve`: one belongs to one running server.
    """
    data = user_directory("data") / "own-server"
    with suppress(OSError):
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(data, os.W_OK):
            return data
    return runtime / "own-server"


@contextmanager
def _one_at_a_time(path: Path) -> Generator[None, None, None]:
    """Two that start at the same moment share one server."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running(state: Path) -> str | None:
    """The URL in the state file, when the very server that has written it answers there."""
    try:
        said = json.loads(state.read_text(encoding="utf-8"))
        address = parse_address(str(said["url"]))
        # After a crash that port may be anybody's by now, another user's own server's too: that one
        # does not know the ticket. (A server of an earlier version has none, and asks for none.)
        shown = {HEADER: str(said["ticket"])} if "ticket" in said else {}
        answer = fetch(address, HEALTH, timeout=2.0, headers=shown)
        known = answer.status == HTTPStatus.OK and is_tui_rooms(answer.body)
    except (OSError, ValueError, LookupError, TypeError, LinkError):
        return None
    return address.http if known else None


def _start(state: Path) -> StartedServer:
    return start_server(
        (
            *("--idle-exit", str(IDLE_EXIT_SECONDS), "--state-file", str(state)),
            *("--data", str(_data_directory(state.parent))),
        ),
        log_file("server"),
    )


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
        process = subprocess.Popen(  # nosec B603  # noqa: S603 - our own program, no word of it from outside
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
            Exit.NO_SERVER,
            f"the server that comes with tui-rooms did not start; {see(log)}",
        ) from exc
