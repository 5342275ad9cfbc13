"""An ASGI application behind the server's own protocols, in the test's process."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from tests.server.silent_engine import SilentEngine
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.server.app import build_app
from tui_rooms.server.door.connection_table import ConnectionTable, CountedState
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.entrance import Connections
from tui_rooms.server.door.http_protocol import HttpProtocol
from tui_rooms.server.door.web_socket import WebSocketProtocol
from tui_rooms.server.parts import Shared, opened_parts
from tui_rooms.server.rooms.telling.backlog import Backlog


@asynccontextmanager
async def serving(
    app: object, *, backlog: Backlog | None = None, **options: object
) -> AsyncIterator[int]:
    """An application behind our protocols, in this process; its port."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
        **{"ws": WebSocketProtocol, "http": HttpProtocol, **options},  # type: ignore[arg-type]
    )
    server = uvicorn.Server(config)
    server.server_state = CountedState(ConnectionTable(1000, clock=time.monotonic), backlog)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield port
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def served(data: Path, **options: Any) -> AsyncIterator[tuple[Shared, str]]:
    """A whole server in this process, and its address. Without sound, and with guests let in,
    unless `options` of `opened_parts` say something else."""
    wanted = {"engine": SilentEngine(), "guests": True, "room_types": ROOM_TYPES, **options}
    async with (
        opened_parts(data, keys=load_keys(data), **wanted) as shared,
        serving(build_app(shared, Connections())) as port,
    ):
        yield shared, f"http://127.0.0.1:{port}"
