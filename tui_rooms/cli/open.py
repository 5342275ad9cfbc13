"""Open the lobby, or with a link a room. Without a server, one on this machine is used."""

import argparse
import gc
import sys
from typing import TYPE_CHECKING

import platformdirs

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.settings import add_name, add_server

if TYPE_CHECKING:
    from tui_rooms.tui.values import ServerChoice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("link", nargs="?", help="a server, or a join link such as URL/r/ROOM")
    add_server(parser, required=False)
    parser.add_argument("--room", metavar="ID", help="go into this room at once")
    add_name(parser)
    parser.add_argument(
        "--no-sound", action="store_true", help="use neither microphone nor loudspeaker"
    )


def run(args: argparse.Namespace) -> int:
    """Show the screen until the person leaves."""
    # Nothing of what is imported now is garbage: looking for some would delay the first picture
    # by a tenth. The app enables the collector again.
    gc.disable()
    from tui_rooms.tui.app import run as run_app

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError(
            Exit.USAGE,
            "this is not a terminal; without one, see: tui-rooms speak, record and rooms",
        )
    log = platformdirs.user_log_path("tui-rooms", ensure_exists=True) / "tui-rooms.log"
    try:
        in_order = run_app(lambda: _server(args), name=args.name, sound=not args.no_sound, log=log)
    except OSError as error:
        raise CommandError(Exit.USAGE, f"cannot write {log}: {error.strerror}") from error
    if not in_order:
        raise CommandError(Exit.USAGE, f"the screen failed; {log} tells why")
    return Exit.OK


def _server(args: argparse.Namespace) -> "ServerChoice":
    """The server of the link or the settings, else the one that comes with the program."""
    from tui_rooms.cli.embedded import find_or_start
    from tui_rooms.tui.values import ServerChoice

    url = args.link or args.server
    if url:
        return ServerChoice(url, token=args.token, room=args.room)
    return ServerChoice(find_or_start(), embedded=True, room=args.room)
