"""An ASGI application behind the server's own protocols, in the test's process."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from tui_rooms.server.door.connection_table import ConnectionTable, CountedState
from tui_rooms.server.door.http_protocol import HttpProtocol
from tui_rooms.server.door.web_socket import WebSocketProtocol
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
