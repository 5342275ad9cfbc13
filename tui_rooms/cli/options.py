"""Settings that several commands share; each has an option and an environment variable."""

import argparse
import getpass
import os
from pathlib import Path

from tui_rooms.tui.settings.places import user_directory
from tui_rooms.wire.pasted import unwrapped_token

SERVER = "TUI_ROOMS_SERVER"
TOKEN = "TUI_ROOMS_TOKEN"  # noqa: S105 - the name of a variable, not a secret
NAME = "TUI_ROOMS_NAME"
DATA = "TUI_ROOMS_DATA"


def add_server(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """`--server` and `--token`."""
    default = os.environ.get(SERVER)
    parser.add_argument(
        "--server",
        metavar="URL",
        default=default,
        required=required and default is None,
        help=f"the server, for instance 127.0.0.1:7600 (or ${SERVER})",
    )
    parser.add_argument(
        "--token",
        type=unwrapped_token,
        default=os.environ.get(TOKEN),
        help=f"who you are, from the server's operator (better in ${TOKEN}: "
        "other users see command lines)",
    )


def add_name(parser: argparse.ArgumentParser) -> None:
    """`--name`."""
    parser.add_argument(
        "--name",
        default=os.environ.get(NAME) or login_name(),
        help=f"what others call you (or ${NAME}; now: %(default)s)",
    )


def add_patience(parser: argparse.ArgumentParser) -> None:
    """`--patience`."""
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=float,
        default=30.0,
        help="how long a server that went away is looked for, and how long sound may take to come "
        "through, then at least 12 (%(default)s)",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """`--data`."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=Path(os.environ.get(DATA) or user_directory("data") / "server"),
        help=f"where the server keeps its key and secret (or ${DATA}; now: %(default)s)",
    )


def login_name() -> str:
    """Who one is on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "guest"
