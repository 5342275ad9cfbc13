"""uvicorn's WebSocket, which lets go of a client that no longer answers."""

import asyncio
from typing import Any

from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from tui_rooms.server.door.connection_table import table_of

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

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended; it was counted when it was still HTTP."""
        self._table.left(self.transport)
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        """No answer to a ping: hang up at once.

        A close would first wait until all that was written is sent, which to a dead client it
        never is: the kernel tries for a quarter of an hour, and so long its seat would be taken.
        """
        super().keepalive_timeout()
        self.transport.abort()
