"""Make a token with the key and secret of a server's data directory."""

import argparse
import json
import secrets
import sys
import time
from typing import TYPE_CHECKING

from tui_rooms.cli import values
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.options import add_data
from tui_rooms.cli.times import duration, moment

if TYPE_CHECKING:
    from tui_rooms.server.door.credentials.tokens import Grant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    from tui_rooms.rules.roles import Capability, Role

    parser.add_argument(
        "--room",
        metavar="ID",
        type=values.room_or_all,
        action="append",
        help="a room that it is for; again for each further one (all rooms)",
    )
    parser.add_argument(
        "--role", choices=[str(role) for role in Role], default="listener", help="(%(default)s)"
    )
    parser.add_argument(
        "--capability",
        metavar="NAME",
        action="append",
        default=[],
        choices=[str(capability) for capability in Capability],
        help=f"beyond the role; again for each further one: {', '.join(Capability)}",
    )
    parser.add_argument(
        "--makes-tokens",
        action="store_true",
        help="its bearer may make tokens for others, at POST /api/tokens: of this role, these "
        "rooms and capabilities at most, until this one ends, for 30 days at most",
    )
    parser.add_argument(
        "--reads-metrics",
        action="store_true",
        help="its bearer may read the server's figures, at GET /metrics",
    )
    parser.add_argument(
        "--name",
        type=values.person,
        help="what others call them (they choose, whenever they come)",
    )
    parser.add_argument(
        "--identity",
        type=values.line("identity", limit=64),
        help="who it is, the same in each of their tokens (made up)",
    )
    parser.add_argument(
        "--life", type=duration, default=86_400.0, help="how long it is good: 90s, 30m, 8h, 7d (1d)"
    )
    parser.add_argument(
        "--not-before",
        type=moment,
        metavar="TIME",
        help="from when it is good, for instance 2030-05-01T18:00+02:00 (now)",
    )
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="with what it grants")


def run(args: argparse.Namespace) -> int:
    """Print the token."""
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.server.door.credentials.keys import KEYS_FILE, KeysError, load_keys
    from tui_rooms.server.door.credentials.tokens import check_start, mint
    from tui_rooms.server.storage.private_files import closed_to_others

    for was_open in closed_to_others(args.data, [KEYS_FILE]):
        print(f"tui-rooms: {was_open}", file=sys.stderr)
    now = time.time()
    start = now if args.not_before is None else args.not_before
    try:
        check_start(start, life=args.life, now=now)
        keys = load_keys(args.data, create=False)
    except (RoomError, KeysError) as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    grant = _grant(args)
    token = mint(keys, grant, now=now, life=args.life, not_before=args.not_before)
    if args.json:
        shown = {
            "token": token,
            "identity": grant.identity,
            "name": args.name and grant.name,
            "rooms": grant.rooms,
            "role": args.role,
            "capabilities": sorted(grant.capabilities),
            "not_before": int(start),
            "expires_at": int(start + args.life),
        }
        print(json.dumps(shown))
    else:
        print(token)
    return Exit.OK


def _grant(args: argparse.Namespace) -> "Grant":
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.rules.roles import Capability, Role
    from tui_rooms.rules.text import NAME_LIMIT, checked_id, checked_line
    from tui_rooms.server.door.credentials.tokens import ANY_ROOM, Grant

    made_up = f"{args.role}-{secrets.token_hex(4)}"
    name = args.name
    try:
        return Grant(
            identity=checked_id(args.identity or made_up, what="identity", limit=64),
            name="" if name is None else checked_line(name, what="name", limit=NAME_LIMIT),
            nameless=name is None,
            rooms=tuple(args.room or [ANY_ROOM]),
            role=Role(args.role),
            capabilities=frozenset(map(Capability, args.capability)),
            makes_tokens=args.makes_tokens,
            reads_metrics=args.reads_metrics,
        )
    except RoomError as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
