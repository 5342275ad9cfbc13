"""Open the lobby, or with a link a room. Without a server, one on this machine is used."""

import argparse
import gc
import sys
from typing import TYPE_CHECKING

from tui_rooms.cli import values
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.logs import log_file, see
from tui_rooms.cli.options import add_server, login_name

if TYPE_CHECKING:
    from tui_rooms.tui.model.server_choice import Connect, ServerChoice
    from tui_rooms.tui.settings.schema import Settings, You


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "link", nargs="?", type=values.server, help="a server, or a join link such as URL/r/ROOM"
    )
    add_server(parser, required=False)
    parser.add_argument("--room", metavar="ID", type=values.room, help="go into this room at once")
    add_screen_options(parser)


def add_screen_options(parser: argparse.ArgumentParser) -> None:
    """What one's own name, screen and sound are like."""
    parser.add_argument(
        "--name",
        type=values.person,
        help="what others call you (or $TUI_ROOMS_NAME, or in the settings)",
    )
    parser.add_argument(
        "--no-sound", action="store_true", help="use neither microphone nor loudspeaker"
    )
    parser.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal, to select text"
    )
    parser.add_argument(
        "--reduced-motion", action="store_true", help="meters once a second, nothing glides"
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="a line for each event and typed commands: for screen readers and dumb terminals",
    )


def run(args: argparse.Namespace) -> int:
    """Show the screen until the person leaves."""
    settings = settings_with(args)
    return show(lambda: _server(args, settings), settings, plain=args.plain)


def show(connect: "Connect", settings: "Settings", *, plain: bool) -> int:
    """Show the screen, or say its lines, until the person leaves.

    Raises:
        CommandError: there is no terminal, or the screen failed.
    """
    if plain:
        gc.enable()
        from tui_rooms.cli.plain import run_plain

        return run_plain(connect, settings)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError(
            Exit.USAGE,
            "this is not a terminal; without one, see: tui-rooms --plain, speak, record and rooms",
        )
    from tui_rooms.tui.terminal.first_picture import first_picture

    log = log_file("tui-rooms")
    # A theme of one's own may be called like one of the house's.
    theme = "" if settings.look.theme in settings.themes else settings.look.theme
    with first_picture(settings.you.name, theme) as first:
        from tui_rooms.tui.app.late_palette import import_textual_without_palette

        import_textual_without_palette()
        from tui_rooms.tui.app.app import run as run_app
        from tui_rooms.tui.settings.places import (
            sessions_path,
            settings_path,
            volumes_path,
        )

        try:
            in_order = run_app(
                connect,
                name=settings.you.name,
                settings=settings,
                config=settings_path(),
                volumes=volumes_path(),
                sessions=sessions_path(),
                log=log,
                first=first,
            )
        except OSError as error:
            raise CommandError(
                Exit.USAGE, f"the terminal cannot be used: {error.strerror}"
            ) from error
    if not in_order:
        raise CommandError(Exit.FAILED, f"the screen failed; {see(log)}")
    return Exit.OK


def settings_with(args: argparse.Namespace) -> "Settings":
    """The settings of file and environment, and what the command line says instead.

    Raises:
        CommandError: the settings cannot be used.
    """
    from tui_rooms.tui.settings.errors import SettingsError
    from tui_rooms.tui.settings.reading import read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    look, audio = settings.look, settings.audio
    return settings._replace(
        you=settings.you._replace(name=args.name or settings.you.name or login_name()),
        look=look._replace(
            mouse=look.mouse and not args.no_mouse,
            reduced_motion=look.reduced_motion or args.reduced_motion,
        ),
        audio=audio._replace(enabled=audio.enabled and not args.no_sound),
    )


def token_for(url: str, you: "You") -> str | None:
    """The token of the settings, if it is for that server; a link's own goes before it."""
    from tui_rooms.client.link.address import parse_address

    address = parse_address(url)
    if address.token or not you.token:
        return None
    is_home = not you.server or parse_address(you.server).netloc == address.netloc
    return you.token if is_home else None


def _server(args: argparse.Namespace, settings: "Settings") -> "ServerChoice":
    """The server of the link or the settings, else the one that comes with the program."""
    from tui_rooms.cli.embedded import find_or_start
    from tui_rooms.tui.model.server_choice import ServerChoice

    url = args.link or args.server or settings.you.server
    if url:
        given = args.token if args.token != settings.you.token else None
        token = given or token_for(url, settings.you)
        return ServerChoice(url, token=token, room=args.room)
    return ServerChoice(find_or_start(), embedded=True, room=args.room)
