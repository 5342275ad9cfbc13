"""Host rooms: HTTP and WebSocket on TCP, media on UDP, both on one port number."""

import argparse
import asyncio
import json
import os
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_rooms.cli import values
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.options import add_data

if TYPE_CHECKING:
    from tui_rooms.server.door.forwarding import Network
    from tui_rooms.server.ports import BoundPorts
    from tui_rooms.server.serve import Listening
    from tui_rooms.sfu.port import MediaEngine

MOST_WORKERS = 64
LONGEST_IDLE = 366 * 86_400.0
"""Seconds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--host", type=values.host, default="127.0.0.1", help="address to listen on (%(default)s)"
    )
    parser.add_argument(
        "--port",
        type=values.whole("is not a port", least=0, most=65_535),
        default=7600,
        help="0 takes a free one (%(default)s)",
    )
    parser.add_argument(
        "--public-ip",
        type=values.reachable_ip,
        metavar="IP",
        help="the address that clients reach, when a router or cloud translates it",
    )
    parser.add_argument(
        "--media-workers",
        type=values.whole("is not a number of media workers", least=0, most=MOST_WORKERS),
        metavar="N",
        default=1,
        help="processes that carry the sound, on as many UDP ports from --port up; 0: this one "
        "carries it (%(default)s)",
    )
    parser.add_argument(
        "--address-ms",
        type=values.whole("is not a number of milliseconds", least=1, most=1000),
        metavar="MS",
        default=50,
        help="milliseconds of its time that what one address asks may take a second; all strangers "
        "together: five times as many (%(default)s)",
    )
    add_data(parser)
    guests = parser.add_mutually_exclusive_group()
    guests.add_argument(
        "--open",
        dest="guests",
        action="store_true",
        default=None,
        help="let guests in, with names of their choice, although the address is not loopback",
    )
    guests.add_argument(
        "--no-guests",
        dest="guests",
        action="store_false",
        default=None,
        help="let nobody in without a token, on this machine neither",
    )
    parser.add_argument(
        "--hostname",
        metavar="NAME",
        type=values.host,
        action="append",
        default=[],
        help="a name that clients reach it by, for instance rooms.example.org; again for more",
    )
    parser.add_argument(
        "--public-url",
        type=public_url,
        metavar="URL",
        help="by which people reach it, for instance https://rooms.example.org behind a proxy: "
        "every link begins so",
    )
    parser.add_argument(
        "--trusted-proxy",
        type=trusted_network,
        metavar="ADDRESS/NET",
        action="append",
        default=[],
        help="believe what a proxy there says of whom it asks for (X-Forwarded-For, Forwarded), "
        "for instance 127.0.0.1; again for more",
    )
    parser.add_argument(
        "--room-types",
        type=values.path,
        metavar="FILE",
        help="room types of your own: a TOML file, or a directory of them",
    )
    parser.add_argument(
        "--webhook",
        type=webhook_url,
        metavar="URL",
        action="append",
        default=[],
        help="tell this URL what happens in rooms, signed with the data directory's "
        "webhook-secret; again for more",
    )
    parser.add_argument(
        "--sync",
        choices=("normal", "full"),
        default="normal",
        help="what is acknowledged survives a crash (normal), or a loss of power too (full, "
        "slower); %(default)s",
    )
    parser.add_argument(
        "--keep-days",
        type=values.number("is not a number of days", most=36_500),
        metavar="DAYS",
        help="forget rooms with all that was said so long after their end (kept for ever)",
    )
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="info",
        help="how much is written to standard error, one line an event (%(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="say where it listens as JSON")
    parser.add_argument(
        "--idle-exit",
        type=values.number("is no number of seconds", most=LONGEST_IDLE, above_zero=True),
        metavar="SECONDS",
        help="end by itself after so long without a client",
    )
    parser.add_argument(
        "--state-file",
        type=values.new_file,
        metavar="FILE",
        help="write the URL and process id there, and a secret by which your own programs and this "
        "server know each other (for you alone to read)",
    )


def public_url(text: str) -> str:
    """A URL that links may begin with.

    Raises:
        argparse.ArgumentTypeError: they may not.
    """
    from tui_rooms.server.web_address import public_url

    try:
        return public_url(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def trusted_network(text: str) -> "Network":
    """Where proxies stand that are believed.

    Raises:
        argparse.ArgumentTypeError: nowhere.
    """
    from tui_rooms.server.door.forwarding import trusted_network

    try:
        return trusted_network(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def webhook_url(text: str) -> str:
    """A URL that takes webhooks.

    Raises:
        argparse.ArgumentTypeError: it cannot.
    """
    from tui_rooms.server.webhooks.address import checked_url

    try:
        return checked_url(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT, SIGTERM, or the end of the terminal."""
    from tui_rooms.server.door.credentials.keys import KeysError
    from tui_rooms.server.ports import PortError
    from tui_rooms.server.rooms.room_types import RoomTypesError
    from tui_rooms.server.serve import ServeOptions, StateFileError, serve
    from tui_rooms.server.storage.errors import StorageError
    from tui_rooms.sfu.port import EngineError
    from tui_rooms.sfu.text_log import start_text_log

    # Nothing that this server makes is for others on this machine.
    os.umask(0o077)
    start_text_log(args.log_level)
    options = ServeOptions(
        host=args.host,
        port=args.port,
        public_ip=args.public_ip,
        media_workers=args.media_workers,
        address_ms=args.address_ms,
        data=args.data,
        guests=args.guests,
        hostnames=args.hostname,
        trusted_proxies=args.trusted_proxy,
        public_url=args.public_url,
        room_types=args.room_types,
        webhooks=args.webhook,
        sync=args.sync,
        keep_days=args.keep_days,
        idle_exit=args.idle_exit,
        state_file=args.state_file,
    )
    try:
        engine = _media_workers if options.media_workers else _embedded_engine
        asyncio.run(serve(options, engine, _announce_json if args.json else _announce))
    except (
        PortError,
        KeysError,
        RoomTypesError,
        StorageError,
        StateFileError,
        EngineError,
    ) as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    return Exit.OK


def _media_workers(ports: "BoundPorts", public_ip: str | None) -> "MediaEngine":
    from tui_rooms.sfu.workers.pool import MediaWorkers

    return MediaWorkers(ports.udp, public_ip=public_ip)


def _embedded_engine(ports: "BoundPorts", public_ip: str | None) -> "MediaEngine":
    from tui_rooms.sfu.engine import EmbeddedEngine

    return EmbeddedEngine(public_ip=public_ip, sock=ports.udp[0])


def _announce_json(listening: "Listening") -> None:
    _say(json.dumps({"listening": listening.url, **asdict(listening)}))


def _announce(listening: "Listening") -> None:
    who = "those with a token (make one: tui-rooms token --help)"
    if listening.guests:
        where = "who reaches it" if listening.guests_by_proxy else "on this machine"
        who = f"anyone {where}, without a token"
    first, *further = listening.media_ports
    media = f"UDP {first} to {further[-1]}" if further else "UDP"
    lines = [
        f"tui-rooms listens on {listening.url} (TCP for HTTP and WebSocket, {media} for media)",
        f"  open to     {who}",
        f"  join with   tui-rooms {listening.join_link}",
        f"  host token  {listening.host_token}",
        "Ctrl-C ends it.",
    ]
    _say("\n".join(lines))


def _say(words: str) -> None:
    """Print it at once. That nobody reads it is no reason not to serve."""
    with suppress(BrokenPipeError):
        print(words, flush=True)
