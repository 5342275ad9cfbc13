"""Write a message in a room: to everyone, or with --to to one person or some roles."""

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Final

from tui_rooms.cli import values
from tui_rooms.cli.connected import server_errors
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.options import add_name, add_server
from tui_rooms.rules.text import ID_LIMIT

if TYPE_CHECKING:
    from tui_rooms.rules.address import Address

FROM_STANDARD_INPUT: Final = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("room", metavar="ROOM", type=values.room, help="the room's id")
    parser.add_argument("text", metavar="TEXT", help="the message; - reads standard input")
    parser.add_argument(
        "--to",
        metavar="WHO",
        type=values.line("identity", limit=ID_LIMIT),
        help="an identity, or roles such as host,cohost (everyone)",
    )
    add_server(parser, required=True)
    add_name(parser)
    parser.add_argument("--json", action="store_true", help="print the message's id as JSON")


def run(args: argparse.Namespace) -> int:
    """Send it."""
    with server_errors():
        made = asyncio.run(_send(args, _text(args.text)))
    if args.json:
        print(json.dumps({"room": args.room, "message_id": made}))
    return Exit.OK


def address(text: str | None) -> "Address":
    """To whom a message goes: roles, if it names nothing else, else one person."""
    from tui_rooms.rules.address import ToEveryone, ToPerson, ToRoles
    from tui_rooms.rules.roles import Role

    if text is None:
        return ToEveryone()
    parts = text.split(",")
    if all(part in list(Role) for part in parts):
        return ToRoles(roles=frozenset(map(Role, parts)))
    return ToPerson(identity=text)


def _text(given: str) -> str:
    """What is to be sent, as the room takes it.

    Raises:
        RoomError: there is nothing to be seen, or too much.
    """
    from tui_rooms.cli.standard_input import standard_input
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.rules.text import MESSAGE_LIMIT, checked_text

    if given != FROM_STANDARD_INPUT:
        return checked_text(given, what="message", limit=MESSAGE_LIMIT)
    most = 4 * MESSAGE_LIMIT  # beyond that nobody is told how many there are
    text = standard_input().read(most + 1)
    if len(text) > most:
        raise RoomError(
            "bad-text",
            f"message has more than {most} characters, limit {MESSAGE_LIMIT}: send it in parts",
        )
    return checked_text(text, what="message", limit=MESSAGE_LIMIT)


async def _send(args: argparse.Namespace, text: str) -> str:
    """As a host or cohost from outside; everyone else comes in as a listener for it."""
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.client.room import RoomClient
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.rules.roles import Role

    to = address(args.to)
    async with Lobby.connect(args.server, token=args.token, name=args.name) as lobby:
        try:
            return await lobby.room(args.room).send_message(text, to=to)
        except RoomError as refused:
            if refused.code != "not-here":
                raise
        session = lobby.session
    async with RoomClient.join(
        args.server,
        room=args.room,
        token=args.token,
        name=args.name,
        session=session,
        role=Role.LISTENER,
        media=False,
    ) as room:
        return await room.send_message(text, to=to)
