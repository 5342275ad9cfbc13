"""Settings that several commands share; each has an option and an environment variable."""

import argparse
import getpass
import os

from tui_rooms.cli import values
from tui_rooms.tui.settings.places import user_directory

SERVER = "TUI_ROOMS_SERVER"
TOKEN = "TUI_ROOMS_TOKEN"  # nosec B105  # noqa: S105 - the name of a variable, not a secret
NAME = "TUI_ROOMS_NAME"
DATA = "TUI_ROOMS_DATA"
LONGEST_PATIENCE = 86_400.0
"""Seconds."""


def add_server(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """`--server` and `--token`."""
    default = os.environ.get(SERVER) or None
    parser.add_argument(
        "--server",
        metavar="URL",
        type=values.server,
        default=default,
        required=required and default is None,
        help=f"the server, for instance 127.0.0.1:7600 (or ${SERVER})",
    )
    parser.add_argument(
        "--token",
        type=values.token,
        default=os.environ.get(TOKEN) or None,
        help=f"who you are, from the server's operator (better in ${TOKEN}: "
        "other users see command lines)",
    )


def add_name(parser: argparse.ArgumentParser) -> None:
    """`--name`."""
    parser.add_argument(
        "--name",
        type=values.person,
        default=os.environ.get(NAME) or login_name(),
        help=f"what others call you (or ${NAME}; now: %(default)s)",
    )


def add_patience(parser: argparse.ArgumentParser) -> None:
    """`--patience`."""
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=values.number("is no number of seconds", most=LONGEST_PATIENCE),
        default=600.0,
        help="how long a server that went away is looked for (%(default)s), and how long sound may "
        "take to come through, then from 12 to 30",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """`--data`."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=values.path,
        default=os.environ.get(DATA) or str(user_directory("data") / "server"),
        help=f"where the server keeps its key and secret (or ${DATA}; now: %(default)s)",
    )


def login_name() -> str:
    """Who one is on this machine; "guest" where that is no name for people."""
    try:
        return values.person(getpass.getuser())
    except (OSError, KeyError, values.Refused):
        return "guest"
