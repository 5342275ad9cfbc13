"""One server from its start to its end: ports, engine, door, signals."""

import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import secrets
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Seconds
from tui_rooms.server.app import build_app
from tui_rooms.server.door.acceptor import connection_limit
from tui_rooms.server.door.connection_table import ConnectionTable
from tui_rooms.server.door.credentials.calendar_links import FILE as CALENDARS_FILE
from tui_rooms.server.door.credentials.invitations import FILE as INVITATIONS_FILE
from tui_rooms.server.door.credentials.keys import KEYS_FILE, WEBHOOK_FILE, Keys, load_keys
from tui_rooms.server.door.credentials.tokens import LONGEST_LIFE, Grant, mint
from tui_rooms.server.door.entrance import Connections
from tui_rooms.server.door.forwarding import Network, TrustedProxies
from tui_rooms.server.door.loop_time import SHARE
from tui_rooms.server.door.own_parts import Part
from tui_rooms.server.door.web_server import WebServer
from tui_rooms.server.parts import ROOMS_FILE, opened_parts
from tui_rooms.server.ports import BoundPorts, bind_ports
from tui_rooms.server.rooms.room_types import load_room_types
from tui_rooms.server.storage.database import Sync
from tui_rooms.server.storage.private_files import closed_to_others
from tui_rooms.server.webhooks.queue import FILE as WEBHOOKS_FILE
from tui_rooms.sfu.network.addresses import interface_addresses
from tui_rooms.sfu.port import MediaEngine

HOST_TOKEN_LIFE: Seconds = 7 * 24 * 3600.0
PRIVATE = (KEYS_FILE, WEBHOOK_FILE, ROOMS_FILE, INVITATIONS_FILE, CALENDARS_FILE, WEBHOOKS_FILE)
"""What the data directory holds: secrets, and what people said in private."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How to serve; one field for each option of the command."""

    host: str = "127.0.0.1"
    port: int = 7600
    public_ip: str | None = None
    data: Path
    guests: bool | None = None
    """Whether somebody without a token may come in; None: when the address is loopback, to those on
    this machine."""
    media_workers: int = 1
    """Processes that carry the sound, each on a UDP port of its own; 0: this one carries it."""
    address_ms: int = round(SHARE * 1000)
    """Milliseconds a second of the loop for one address."""
    public_url: str | None = None
    """By which people reach the server, for instance behind a proxy; every link begins so."""
    trusted_proxies: Sequence[Network] = ()
    """Whose word on whom they ask for is believed."""
    hostnames: Sequence[str] = ()
    """Names that clients and their browsers reach the server by, beside its address."""
    room_types: Path | None = None
    """A file, or a directory of files, with room types beside those built in."""
    webhooks: Sequence[str] = ()
    """Where to tell what happens in rooms."""
    sync: Sync = "normal"
    """What acknowledged events survive: a crash ("normal"), or a loss of power too ("full")."""
    keep_days: float | None = None
    """After which ended rooms are forgotten; None never."""
    idle_exit: Seconds | None = None
    """End after this long without a client; None never."""
    state_file: Path | None = None
    """Where to say, as JSON, that and where this server runs, with a ticket for its owner's
    programs (see `door.own_parts`); removed at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What is said once the server can be reached."""

    url: str
    port: int
    pid: int
    join_link: str
    """For others: from their machines, if they can reach this one."""
    host_token: str
    guests: bool
    """Whether somebody without a token may come in, at least on this machine."""
    guests_by_proxy: bool
    """Whether they may through a proxy too."""
    media_ports: tuple[int, ...]
    """Of UDP."""


class StateFileError(Exception):
    """The file that says where the server runs cannot be written; the text is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


EngineMaker = Callable[[BoundPorts, str | None], MediaEngine]


async def serve(
    options: ServeOptions, make_engine: EngineMaker, announce: Callable[[Listening], None]
) -> None:
    """Serve until SIGINT, SIGTERM, the end of the terminal, or the idle time.

    Raises:
        PortError: the address cannot be had.
        KeysError: the data directory cannot be used.
        StorageError: the rooms in it cannot be.
        RoomTypesError: the file of room types cannot be.
        EngineError: what carries the sound does not start.
        StateFileError: the state file cannot be written.
    """
    for was_open in closed_to_others(options.data, PRIVATE):
        log.warning("%s", was_open)
    keys = load_keys(options.data)
    room_types = load_room_types(options.room_types)
    ports = bind_ports(options.host, options.port, media=max(1, options.media_workers))
    local_guests = options.guests is None and ipaddress.ip_address(ports.host).is_loopback
    engine = make_engine(ports, options.public_ip)
    async with opened_parts(
        options.data,
        keys=keys,
        engine=engine,
        guests=bool(options.guests),
        local_guests=local_guests,
        room_types=room_types,
        public_url=options.public_url,
        link_base=_link_base(ports, options),
        webhooks=options.webhooks,
        sync=options.sync,
        keep_days=options.keep_days,
        share=options.address_ms / 1000,
    ) as shared:
        connections = Connections()
        proxies = TrustedProxies(options.trusted_proxies)
        names = [options.host, *options.hostnames]
        app = build_app(shared, connections, names=names, proxies=proxies)
        table = ConnectionTable(connection_limit(), clock=time.monotonic, is_proxy=proxies.has)
        server = WebServer(app, ports.tcp, table, shared.door.backlog)
        shared.measures.table = table
        shared.measures.readiness.is_ending = lambda: server.should_exit
        await _run(
            server,
            ports,
            options,
            connections=connections,
            announce=announce,
            listening=_listening(ports, options, keys, local_guests=local_guests),
            ticket=shared.door.parts.ticket(Part(), now=time.time(), life=LONGEST_LIFE),
        )


async def _run(
    server: "WebServer",
    ports: BoundPorts,
    options: ServeOptions,
    *,
    connections: Connections,
    announce: Callable[[Listening], None],
    listening: Listening,
    ticket: str,
) -> None:
    running = asyncio.create_task(server.serve())
    for number in _ending_signals():
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    idle = asyncio.create_task(_stop_when_idle(server, connections, options.idle_exit))
    # What FastAPI would load with the first request, when there may be no descriptor for it.
    anyio.to_thread.current_default_thread_limiter()
    try:
        await server.ready.wait()
        if options.state_file is not None:
            write_state(options.state_file, listening, ticket)
        announce(listening)
        await running
    finally:
        idle.cancel()
        server.stop()
        await asyncio.wait([running])
        if options.state_file is not None:
            with contextlib.suppress(OSError):
                options.state_file.unlink()


def _ending_signals() -> tuple[signal.Signals, ...]:
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Started with nohup: to outlive the terminal.
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, signal.SIGHUP


async def _stop_when_idle(
    server: WebServer, connections: Connections, idle_exit: Seconds | None
) -> None:
    if idle_exit is None:
        return
    loop = asyncio.get_running_loop()
    last_used = loop.time()
    while loop.time() - last_used < idle_exit:
        await asyncio.sleep(min(1.0, idle_exit / 4))
        if connections.open:
            last_used = loop.time()
    log.info("nobody has been here for %.0f s: ending", idle_exit)
    server.stop()


def _listening(
    ports: BoundPorts, options: ServeOptions, keys: Keys, *, local_guests: bool
) -> Listening:
    shown = options.public_ip or ports.host
    if ipaddress.ip_address(shown).is_unspecified:
        shown = "127.0.0.1"
    url = f"http://{shown}:{ports.port}"
    # Without a name: whoever it is given to is called what they choose.
    host = Grant(identity=f"host-{secrets.token_hex(4)}", nameless=True, role=Role.HOST)
    return Listening(
        url=url,
        port=ports.port,
        pid=os.getpid(),
        join_link=_link_base(ports, options),
        host_token=mint(keys, host, now=time.time(), life=HOST_TOKEN_LIFE),
        guests=local_guests or bool(options.guests),
        guests_by_proxy=bool(options.guests),
        media_ports=tuple(bound.getsockname()[1] for bound in ports.udp),
    )


def _link_base(ports: BoundPorts, options: ServeOptions) -> str:
    """What links begin with that are for others."""
    return options.public_url or f"http://{_host_for_others(ports.host, options)}:{ports.port}"


def _host_for_others(bound: str, options: ServeOptions) -> str:
    """What a link for other machines names.

    Without an address of its own the server listens on all of them: then, unless the operator
    has named one, it is the first that is not loopback.
    """
    if options.public_ip is not None:
        return options.public_ip
    if not ipaddress.ip_address(bound).is_unspecified:
        return bound
    if options.hostnames:
        return options.hostnames[0]
    try:
        return interface_addresses()[0]
    except OSError:
        return "127.0.0.1"


def write_state(path: Path, listening: Listening, ticket: str) -> None:
    """Say that the server runs, in one step, readable by its owner alone.

    Args:
        ticket: by which programs of its owner and this run of the server know each other.

    Raises:
        StateFileError: the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    content = {"url": listening.url, "pid": listening.pid, "ticket": ticket}
    try:
        # Not into a file that somebody else has laid there and can read.
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file)
        draft.replace(path)
    except OSError as exc:
        raise StateFileError(
            f"cannot write {path}: {exc.strerror}; name another --state-file"
        ) from exc
