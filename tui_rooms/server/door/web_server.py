"""uvicorn with doors of our own: connections are counted before it knows of them."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any, cast

import uvicorn

from tui_rooms.server.door.acceptor import Acceptor
from tui_rooms.server.door.connection_table import ConnectionTable, CountedState
from tui_rooms.server.door.http_protocol import HttpProtocol
from tui_rooms.server.door.web_socket import PING_SECONDS, WebSocketProtocol
from tui_rooms.server.rooms.telling.backlog import Backlog
from tui_rooms.wire import messages

HEAD_BYTES = 16_384
"""Of a request without its body: each connection may hold as many."""
GOODBYE_SECONDS = 2
"""How long open connections get to close when the server stops."""


class WebServer(uvicorn.Server):
    """Without uvicorn's own signal handlers: what ends a server is `serve`'s business."""

    def __init__(
        self, app: Any, listening: socket.socket, table: ConnectionTable, backlog: Backlog
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                ws=WebSocketProtocol,
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=PING_SECONDS,
                ws_max_size=messages.MAX_MESSAGE_BYTES,
                # It costs 12 kB a connection for what goes out alone, and 20 times the time of
                # writing the same; our own clients do not ask for it.
                ws_per_message_deflate=False,
                log_config=None,
                access_log=False,
                h11_max_incomplete_event_size=HEAD_BYTES,
                lifespan="off",
                server_header=False,
                # `Whereabouts` decides who is believed.
                proxy_headers=False,
                timeout_graceful_shutdown=GOODBYE_SECONDS,
            )
        )
        self.server_state = CountedState(table, backlog)
        self.ready = asyncio.Event()
        self._table = table
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door, with an acceptor of our own in the place of asyncio's."""
        await super().startup(sockets=[])
        # Of what uvicorn does with its servers, an acceptor can do both: close, and be waited for.
        self.servers = [
            cast("asyncio.Server", Acceptor(self._listening, self._new_protocol, self._table))
        ]
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """None."""
        yield

    def stop(self) -> None:
        """Begin to end."""
        self.should_exit = True

    def _new_protocol(self) -> asyncio.Protocol:
        return HttpProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
