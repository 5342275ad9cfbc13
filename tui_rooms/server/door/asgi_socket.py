"""A WebSocket as its visitor uses it, straight on ASGI.

Starlette's keeps account of what may be said when, in three calls for each message; uvicorn does
the same beneath it, and is asked alone here.
"""

from starlette.datastructures import Address
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect


class AsgiSocket:
    """One connection, which is open once it is accepted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        self.client = None if client is None else Address(*client)
        """Where it comes from; None: through a Unix socket."""
        self.receive = receive
        """The next message of ASGI's: of theirs, or that it is over."""
        self._send = send

    async def accept(self) -> None:
        """Take the connection.

        Raises:
            WebSocketDisconnect: it is over.
        """
        await self.receive()  # websocket.connect
        await self._say({"type": "websocket.accept"})

    async def send_text(self, text: str) -> None:
        """Send a message; this returns when the system has taken it.

        Raises:
            WebSocketDisconnect: it is over.
            RuntimeError: we have closed it.
        """
        try:
            await self._send({"type": "websocket.send", "text": text})
        except OSError as exc:
            raise WebSocketDisconnect(1006) from exc

    async def close(self, code: int, reason: str) -> None:
        """Hang up.

        Raises:
            WebSocketDisconnect: it is over.
            RuntimeError: we have done so before.
        """
        await self._say({"type": "websocket.close", "code": code, "reason": reason})

    async def _say(self, message: Message) -> None:
        try:
            await self._send(message)
        except OSError as exc:
            raise WebSocketDisconnect(1006) from exc
