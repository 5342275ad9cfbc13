"""List the open rooms of a server, or search all of them, ended ones too: at most 100."""

import argparse
import asyncio
import json
from typing import TYPE_CHECKING

from tui_rooms.cli import values
from tui_rooms.cli.connected import server_errors
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.options import add_name, add_server

if TYPE_CHECKING:
    from tui_rooms.wire.messages import Rooms, RoomSummary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="?",
        type=values.line("text", limit=200, may_be_empty=True),
        default="",
        help="words in title or description",
    )
    parser.add_argument(
        "--state",
        choices=("upcoming", "live", "ended"),
        help="(all open ones; with TEXT ended ones too)",
    )
    add_server(parser, required=True)
    add_name(parser)
    parser.add_argument("--json", action="store_true", help="as JSON, with all that is known")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    with server_errors():
        rooms = asyncio.run(_fetch(args))
    if args.json:
        print(json.dumps(rooms.model_dump(mode="json")))
    elif not rooms.rooms and (args.text or args.state):
        print("no such rooms")
    elif not rooms.rooms:
        # Without the secret that a link may hold.
        print("no rooms yet. Make one: tui-rooms --server", args.server.partition("#")[0])
    else:
        for line in table(rooms.rooms):
            print(line)
    return Exit.OK


async def _fetch(args: argparse.Namespace) -> "Rooms":
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.wire.messages import Rooms

    async with Lobby.connect(args.server, token=args.token, name=args.name) as lobby:
        if args.text or args.state:
            found = await lobby.find(args.text, state=args.state)
            return Rooms(rooms=found.rooms)
        return Rooms(rooms=lobby.rooms)


def table(rooms: "tuple[RoomSummary, ...]") -> list[str]:
    """The rooms as lines of aligned columns, a head first; other people's text made safe."""
    from tui_rooms.rules.printed import printed
    from tui_rooms.tui.drawing.cells import fit, width_of

    head = ("ROOM", "STATE", "PEOPLE", "HOST", "TITLE")
    rows = [
        (room.room, room.life.value, str(room.participants), room.host, room.title)
        for room in rooms
    ]
    widths = [max(width_of(row[i]) for row in [head, *rows]) for i in range(len(head) - 1)]
    return [
        "  ".join([*(fit(row[i], width) for i, width in enumerate(widths)), printed(row[-1])])
        for row in [head, *rows]
    ]
