"""uvicorn's WebSocket, which lets go of a client that no longer answers."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

PING_SECONDS = 20.0
"""Between an answered ping and the next, and the most that an answer may take: a snapshot on a
slow link comes before it."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A dead client costs what waits for it, and no longer than two pings."""

    def keepalive_timeout(self) -> None:
        """No answer to a ping: hang up at once.

        A close would first wait until all that was written is sent, which to a dead client it
        never is: the kernel tries for a quarter of an hour, and so long its seat would be taken.
        """
        super().keepalive_timeout()
        self.transport.abort()
