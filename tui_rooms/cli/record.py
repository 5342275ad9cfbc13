"""Join a room as a listener and write what is heard to a .wav or .opus file."""

import argparse
import json
import logging
from dataclasses import asdict
from typing import Any

from tui_rooms.cli import values
from tui_rooms.cli.connected import in_room, server_errors, sound_connects
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.kept import keeping
from tui_rooms.cli.logs import log_file
from tui_rooms.cli.options import add_name, add_patience, add_server
from tui_rooms.cli.until_told import until_told

LONGEST_SECONDS = 24 * 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "out", metavar="OUT", type=values.path, help="a file ending in .wav or .opus"
    )
    parser.add_argument("--room", metavar="ID", type=values.room, required=True)
    parser.add_argument(
        "--seconds",
        type=values.number("cannot be recorded", most=LONGEST_SECONDS, above_zero=True),
        required=True,
        help="how long, from the moment sound is connected, silence included",
    )
    parser.add_argument("--json", action="store_true", help="statistics as JSON at the end")
    add_server(parser, required=True)
    add_name(parser)
    add_patience(parser)


def run(args: argparse.Namespace) -> int:
    """Record until all seconds are there."""
    # Standard error is for sentences; what a fault was is for whoever mends it.
    logging.basicConfig(filename=log_file("tui-rooms"))
    with server_errors():
        heard = until_told(_record(args))
    if args.json:
        print(json.dumps(heard))
    return Exit.OK


async def _record(args: argparse.Namespace) -> dict[str, Any]:
    from tui_rooms.client.devices.recorder import RecorderSink
    from tui_rooms.client.room import RoomClient
    from tui_rooms.rules.roles import Role

    sink = RecorderSink(args.out, seconds=args.seconds)
    async with RoomClient.join(
        args.server,
        room=args.room,
        name=args.name,
        token=args.token,
        kept=keeping("record"),
        patience=args.patience,
        role=Role.LISTENER,
        sink=sink,
    ) as room:
        try:
            await sink.open()
            await in_room(room, sink.finished(), sound_connects(room, args.patience))
        finally:
            sink.finish()  # before anything else: a server that does not answer may take seconds
        return {"room": args.room, "file": str(args.out), **asdict(room.stats())}
