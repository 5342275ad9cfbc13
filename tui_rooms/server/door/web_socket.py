"""uvicorn's WebSocket, which lets go of a client that no longer answers."""

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request

from tui_rooms.server.door.connection_table import table_of
from tui_rooms.server.door.pulse import Pulse, into_scope

PING_SECONDS = 20.0
"""Between an answered ping and the next, and the most that an answer may take: a snapshot on a
slow link comes before it."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A dead client costs what waits for it, and no longer than two pings."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._table = table_of(server_state)
        self._pulse = Pulse()

    def handle_connect(self, event: Request) -> None:
        """The application hears of it in the loop's next turn."""
        super().handle_connect(event)
        if not self.close_sent:
            into_scope(self.scope, self._pulse)
            self._pulse.watch(on_dead=self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Whatever it is: it has come."""
        self._pulse.heard()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended; it was counted when it was still HTTP."""
        self._table.left(self.transport)
        self._pulse.end()
        super().connection_lost(exc)

    def send_receive_event_to_app(self) -> None:
        """A message has come: before its first one a connection may give way to others."""
        self._table.spoke(self.transport)
        super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """No answer to a ping: hang up at once.

        A close would first wait until all that was written is sent, which to a dead client it
        never is: the kernel tries for a quarter of an hour, and so long its seat would be taken.
        """
        super().keepalive_timeout()
        self.transport.abort()
