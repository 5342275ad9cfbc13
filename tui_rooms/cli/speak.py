"""Say an audio file in a room, in real time. The room is made when it is not there."""

import argparse
import asyncio
import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tui_rooms.cli import values
from tui_rooms.cli.connected import in_room, server_errors, sound_connects
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.kept import keeping
from tui_rooms.cli.logs import log_file
from tui_rooms.cli.options import add_name, add_patience, add_server
from tui_rooms.cli.until_told import until_told

if TYPE_CHECKING:
    from tui_rooms.client.room import RoomClient

TAIL_SECONDS = 0.5
"""How long the room is kept after the last word, for what is still on its way to listeners."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("file", type=values.path, help="any audio file")
    parser.add_argument("--room", metavar="ID", type=values.room, required=True)
    parser.add_argument("--loop", action="store_true", help="again and again, until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="statistics as JSON at the end")
    add_server(parser, required=True)
    add_name(parser)
    add_patience(parser)


def run(args: argparse.Namespace) -> int:
    """Speak until the file ends."""
    # Standard error is for sentences; what a fault was is for whoever mends it.
    logging.basicConfig(filename=log_file("tui-rooms"))
    with server_errors():
        spoken = until_told(_speak(args))
    if args.json:
        print(json.dumps(spoken))
    return Exit.OK


async def _speak(args: argparse.Namespace) -> dict[str, Any]:
    from tui_rooms.client.devices.file_source import FileSource
    from tui_rooms.client.room import CreateOptions, RoomClient

    source = FileSource(args.file, loop=args.loop)
    await source.open()  # a file that cannot be read is said before anyone is disturbed
    async with RoomClient.join(
        args.server,
        room=args.room,
        name=args.name,
        token=args.token,
        kept=keeping("speak"),
        patience=args.patience,
        source=source,
        create=CreateOptions(title=args.room, room_type="open_mic", live=True),
    ) as room:
        await room.unmute()
        await in_room(
            room,
            source.finished(),
            sound_connects(room, args.patience),
            _silenced(room, args.file.name),
        )
        await in_room(room, asyncio.sleep(TAIL_SECONDS))
        return {"room": args.room, "identity": room.identity, **_figures(room)}


async def _silenced(room: "RoomClient", file: str) -> None:
    """Watch for the moment from which nobody hears us, as long as the room lasts.

    Raises:
        CommandError: it has come.
    """
    from tui_rooms.client.link.ways import LinkPhase

    async for _ in room.updates():
        # Out of the room, or out of reach, there is more to be said, and others say it.
        if room.muted and room.me is not None and room.link.phase is LinkPhase.CONNECTED:
            raise CommandError(
                Exit.REFUSED,
                f"'{room.name}' was muted in room '{room.room.room_id}', or sent off its stage, or "
                f"away too long: the rest of {file} is not said. Ask a host, then say it again",
            )


def _figures(room: "RoomClient") -> dict[str, Any]:
    return asdict(room.stats())
