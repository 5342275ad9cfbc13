"""Fill a room on a server of its own with people who really talk, and go into it.

Everything is as in a room with friends: a server, clients, WebRTC, Opus; only the people are
files. No microphone or loudspeaker is needed to see the meters move.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rooms.cli import values
from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.cli.embedded import StartedServer
    from tui_rooms.tui.model.server_choice import ServerChoice

SEED = 7
IDLE_EXIT_SECONDS = 60
"""The server waits so long for its people, who first decode what they will say; and it ends so
long after them when this process was killed and could not end it."""
END_SECONDS = 5
"""They get to leave in order."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    from tui_rooms.cli.open import add_screen_options

    add_screen_options(parser)
    parser.add_argument(
        "--seed",
        type=values.whole("is not a seed", least=0, most=2**32),
        default=SEED,
        help="who talks when, and for how long (%(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Show the room until the person leaves; then everything ends."""
    from tui_rooms.cli.open import settings_with, show

    settings = settings_with(args)
    # The file's server is for real visits.
    settings = settings._replace(you=settings.you._replace(server="", token=""))  # nosec B106 # without one
    with _troupe(args.seed) as connect:
        return show(connect, settings, plain=args.plain)


class Troupe:
    """The server and its people, as processes of their own; they start when first asked for."""

    def __init__(self, directory: str, seed: int) -> None:
        self._directory = directory
        self._seed = seed
        self._server: StartedServer | None = None
        self._people: subprocess.Popen[bytes] | None = None

    def __call__(self) -> "ServerChoice":
        """Start; where it is. It may be called again when that has failed.

        Raises:
            CommandError: it did not start; the sentence says why.
        """
        from tui_rooms.cli.demo.cast import ON_STAGE, ROOM
        from tui_rooms.cli.embedded import start_server
        from tui_rooms.cli.logs import log_file, see
        from tui_rooms.tui.model.server_choice import ServerChoice

        # Not the own server's log: that one may be running.
        log = log_file("demo")
        data = tempfile.mkdtemp(dir=self._directory)
        self._server = start_server(
            ("--data", data, "--idle-exit", str(IDLE_EXIT_SECONDS)),
            log,
        )
        said = self._invite(self._server.url, log)
        if said != ON_STAGE:
            self.close()
            reason = f": {said}" if said else ""
            raise CommandError(
                Exit.NO_SERVER, f"the people of the demo did not come{reason}; {see(log)}"
            )
        return ServerChoice(self._server.url, embedded=False, room=ROOM)

    def _invite(self, url: str, log: Path) -> str:
        """Start the people; what they say first."""
        with log.open("a") as errors:
            self._people = people = subprocess.Popen(  # nosec B603  # noqa: S603 - our own program
                [sys.executable, "-m", "tui_rooms.cli.demo.cast", url, str(self._seed)],
                # They go when this closes, however this process ends.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        if people.stdout is None:
            return ""
        with people.stdout as output:
            return output.readline().decode(errors="replace").strip()

    def close(self) -> None:
        """Send everybody home, then end the server."""
        if self._people is not None:
            _end(self._people)
        if self._server is not None:
            self._server.process.terminate()
            _end(self._server.process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _troupe(seed: int) -> Iterator[Troupe]:
    with tempfile.TemporaryDirectory(prefix="tui-rooms-demo-") as directory:
        troupe = Troupe(directory, seed)
        try:
            yield troupe
        finally:
            troupe.close()
