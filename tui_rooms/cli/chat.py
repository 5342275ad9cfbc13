"""Print what was written in a room, ended or not; with --follow also what is written from now on.

To read a room that is open it is joined as a listener, except by its hosts and cohosts; with
--follow, which needs an open room, by them too.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final

from tui_rooms.cli import values
from tui_rooms.cli.connected import out_of_room, server_errors
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.options import add_name, add_server

if TYPE_CHECKING:
    from tui_rooms.client.updates import Update
    from tui_rooms.rules.records import ChatMessage

_GOES_ON: Final = " " * len("20:00  ")
"""Before all but the first line of a message: it begins where the name does."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("room", metavar="ROOM", type=values.room, help="the room's id")
    parser.add_argument("--follow", action="store_true", help="go on until the room ends")
    parser.add_argument(
        "--last",
        type=values.whole("is not a number", least=1, most=100),
        default=50,
        metavar="N",
        help="1 to 100 messages (%(default)s)",
    )
    add_server(parser, required=True)
    add_name(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Print it."""
    with server_errors():
        asyncio.run(_chat(args, _Printer(as_json=args.json)))
    return Exit.OK


async def _chat(args: argparse.Namespace, printer: "_Printer") -> None:
    session = None
    if not args.follow:
        session = await _from_outside(args, printer)
        if session is None:
            return
    await _from_inside(args, printer, session)


async def _from_outside(
    args: argparse.Namespace, printer: "_Printer", session: str | None = None
) -> str | None:
    """Print what there is without joining; the session with which to join where that is refused."""
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.rules.errors import RoomError

    async with Lobby.connect(
        args.server, token=args.token, name=args.name, session=session
    ) as lobby:
        try:
            page = await lobby.room(args.room).messages_before(limit=args.last)
        except RoomError as refused:
            if refused.code != "not-here":
                raise
            return lobby.session
    printer.print(page.messages)
    return None


async def _from_inside(args: argparse.Namespace, printer: "_Printer", session: str | None) -> None:
    """Join, print what there is, and with --follow what comes.

    Raises:
        CommandError: sent out, or the server is gone; the end of the room is no failure.
    """
    from tui_rooms.client.errors import LinkError
    from tui_rooms.client.room import RoomClient
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.rules.roles import Role

    async with RoomClient.join(
        args.server,
        room=args.room,
        token=args.token,
        name=args.name,
        session=session,
        role=Role.LISTENER,
        media=False,
    ) as room:
        updates = room.updates()
        await anext(updates)  # it listens: what is written while we read the page is not missed
        try:
            page = await room.messages_before(limit=args.last)
        except (LinkError, RoomError):
            if room.closed is None or room.closed.code != "room-ended":
                raise
            await _from_outside(args, printer, room.session)
            return
        printer.print(page.messages)
        if args.follow:
            known = {message.message_id for message in page.messages}
            await _follow(updates, known, printer)


async def _follow(updates: "AsyncIterator[Update]", known: set[str], printer: "_Printer") -> None:
    """Print what comes; `known` is printed already."""
    from tui_rooms.client.updates import Closed, MessageReceived, TokenEnds

    async for update in updates:
        match update:
            case MessageReceived(message):
                if message.message_id not in known:
                    printer.print([message])
            case TokenEnds() as ends:
                print(f"tui-rooms: {ends.sentence}", file=sys.stderr)
            case Closed("room-ended", _):
                return
            case Closed(code, sentence):
                raise out_of_room(code, sentence)
            case _:
                pass


class _Printer:
    """Prints messages as they are asked for; who is called like another is told apart."""

    def __init__(self, *, as_json: bool) -> None:
        from tui_rooms.tui.news.called import Called

        self._as_json = as_json
        self._called = Called()

    def print(self, messages: Sequence["ChatMessage"]) -> None:
        from pydantic import TypeAdapter

        from tui_rooms.rules.printed import printed_lines
        from tui_rooms.rules.records import ChatMessage

        if self._as_json:
            dump = TypeAdapter(ChatMessage).dump_python
            for message in messages:
                print(json.dumps(dump(message, mode="json")), flush=True)
        else:
            for message in self._called.messages(messages):
                print(*printed_lines(_line(message), _GOES_ON), sep="\n", flush=True)


def _line(message: "ChatMessage") -> str:
    """When, who, to whom, and what was written, with all its lines."""
    from tui_rooms.rules.address import ToPerson, ToRoles
    from tui_rooms.rules.printed import printed
    from tui_rooms.tui.model.here import time_of_day

    match message.to:
        case ToPerson(identity=whom):
            to = f" → {whom}"
        case ToRoles(roles=roles):
            to = f" → {', '.join(sorted(roles))}"
        case _:
            to = ""
    text = "(deleted)" if message.deleted_by is not None else message.text
    return f"{time_of_day(message.at)}  {printed(message.name + to)}: {text}"
