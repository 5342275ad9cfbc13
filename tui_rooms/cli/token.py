"""Make a token with the key and secret of a server's data directory."""

import argparse
import json
import re
import secrets
import time

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.settings import add_data, add_name

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--room", metavar="ID", default="*", help="the one room it is for (all)")
    parser.add_argument(
        "--role", choices=("host", "speaker", "listener"), default="listener", help="(%(default)s)"
    )
    add_name(parser)
    parser.add_argument("--identity", help="who it is, the same in each of their tokens (made up)")
    parser.add_argument(
        "--life", type=duration, default=86_400.0, help="how long it is good: 90s, 30m, 8h, 7d (1d)"
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="with what it grants")


def duration(text: str) -> float:
    """Seconds from a number and a unit.

    Raises:
        argparse.ArgumentTypeError: not of that form, or not more than nothing.
    """
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration: expected 90s, 30m, 8h or 7d")
    return float(int(found[1]) * _UNITS[found[2]])


def run(args: argparse.Namespace) -> int:
    """Print the token."""
    from tui_rooms.rules.decide import NAME_LIMIT
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.rules.roles import Role
    from tui_rooms.rules.text import checked_line
    from tui_rooms.server.keys import KeysError, load_keys
    from tui_rooms.server.tokens import Grant, mint

    try:
        keys = load_keys(args.data, create=False)
        name = checked_line(args.name, what="name", limit=NAME_LIMIT)
        made_up = f"{args.role}-{secrets.token_hex(4)}"
        identity = checked_line(args.identity or made_up, what="identity", limit=64)
    except KeysError as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    except RoomError as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    grant = Grant(identity=identity, name=name, room=args.room, role=Role(args.role))
    now = time.time()
    token = mint(keys, grant, now=now, life=args.life)
    if args.json:
        shown = {
            "token": token,
            "identity": identity,
            "name": name,
            "room": args.room,
            "role": args.role,
            "expires_at": int(now + args.life),
        }
        print(json.dumps(shown))
    else:
        print(token)
    return Exit.OK
