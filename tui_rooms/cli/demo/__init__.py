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
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.tui.server_choice import ServerChoice

SEED = 7
IDLE_EXIT_SECONDS = 5
"""The server ends so long after the last of its people."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    from tui_rooms.cli.open import add_screen_options

    add_screen_options(parser)
    parser.add_argument(
        "--seed", type=int, default=SEED, help="who talks when, and for how long (%(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Show the room until the person leaves; then everything ends."""
    from tui_rooms.cli.open import settings_with, show

    settings = settings_with(args)
    # The file's server is for real visits.
    settings = settings._replace(you=settings.you._replace(server="", token=""))
    with _troupe(args.seed) as connect:
        return show(connect, settings, plain=args.plain)


class Troupe:
    """The server and its people, as processes of their own; they start when first asked for."""

    def __init__(self, directory: str, seed: int) -> None:
        self._directory = directory
        self._seed = seed
        self._people: subprocess.Popen[bytes] | None = None

    def __call__(self) -> "ServerChoice":
        """Start; where it is.

        Raises:
            CommandError: it did not start.
        """
        from tui_rooms.cli.demo.cast import ROOM
        from tui_rooms.cli.embedded import start_server
        from tui_rooms.tui.server_choice import ServerChoice

        url = start_server(
            ("--data", self._directory, "--idle-exit", str(IDLE_EXIT_SECONDS)),
        )
        self._people = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tui_rooms.cli.demo.cast", url, str(self._seed)],
            # They go when this closes, however this process ends.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        output = self._people.stdout
        if output is None or not output.readline():
            raise CommandError(Exit.NO_SERVER, "the people of the demo did not come")
        return ServerChoice(url, embedded=False, room=ROOM)

    def close(self) -> None:
        """Send everybody home."""
        if self._people is not None:
            self._people.communicate()


@contextmanager
def _troupe(seed: int) -> Iterator[Troupe]:
    with tempfile.TemporaryDirectory(prefix="tui-rooms-demo-") as directory:
        troupe = Troupe(directory, seed)
        try:
            yield troupe
        finally:
            troupe.close()
