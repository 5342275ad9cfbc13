"""One WebSocket as a line of messages: what is read from it, and what is told on it."""

import asyncio

from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.asgi_socket import AsgiSocket
from tui_rooms.server.door.refusals import Refusals
from tui_rooms.server.rooms.telling.backlog import Backlog
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.wire import features, messages
from tui_rooms.wire.requests import request_id_in
from tui_rooms.wire.sentences import sentence_for

UNREADABLE_LIMIT = 20
"""Messages that cannot be read, after which the connection is closed."""


class Line:
    """Reads messages and writes them; knows nothing of what they mean."""

    def __init__(self, socket: AsgiSocket, *, backlog: Backlog, refusals: Refusals) -> None:
        """
        Args:
            backlog: where what waits unread is counted.
            refusals: where refusals are counted.
        """
        self.features: frozenset[str] = frozenset()
        """What the client knows."""
        self._socket = socket
        self._refusals = refusals
        self.outbox = Outbox(backlog.account(stranger(self.address), self._cut_off))
        self._unreadable = 0
        self._cutting: asyncio.Task[None] | None = None

    @property
    def address(self) -> str | None:
        """Where it comes from; None: through a Unix socket."""
        return self._socket.client.host if self._socket.client else None

    async def accept(self) -> None:
        """Take the connection."""
        await self._socket.accept()

    async def receive(self) -> messages.ClientMessage | None:
        """The next message that can be read; None after too many that cannot.

        Raises:
            WebSocketDisconnect: it is over.
        """
        while self._unreadable < UNREADABLE_LIMIT:
            frame = await self._socket.receive()
            if frame["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(frame.get("code", 1006))
            text, request = frame.get("text"), None
            if text is None:
                reason = "binary messages are not part of the protocol: send JSON as text"
            else:
                try:
                    return messages.CLIENT_MESSAGE.validate_json(text)
                except ValidationError as exc:
                    reason, request = sentence_for(exc), request_id_in(text)
            self.not_understood(reason, request)
        await self.close(1008, f"{UNREADABLE_LIMIT} messages that cannot be read")
        return None

    def not_understood(self, reason: str, request: int | None = None) -> None:
        """Refuse a message, and count it among those that cannot be read."""
        self._unreadable += 1
        self.refuse(request, "bad-message", reason)

    def refuse(self, request: int | None, code: str, reason: str) -> None:
        """Say that a request is not carried out."""
        self._refusals.count(code)
        self.tell(messages.Refused(id=request, code=code, reason=reason))

    def tell(self, message: messages.ServerMessage) -> None:
        """Say this, without what the client does not know."""
        unsaid = features.unsaid(message.type, self.features)
        self.outbox.put(message.model_dump_json(exclude=unsaid))

    def push(self, message: messages.Session | messages.TokenEnds) -> None:
        """Say this, if the client knows it."""
        if features.PUSHES[message.type] in self.features:
            self.tell(message)

    async def refuse_entry(self, code: str, reason: str) -> None:
        """Say so, past all that waits, and hang up."""
        self._refusals.count(code)
        refused = messages.Refused(code=code, reason=reason)
        await self._socket.send_text(refused.model_dump_json())
        await self.close(1008, code)

    async def write(self) -> None:
        """Send what the outbox holds; a client that reads too slowly is cut off."""
        try:
            while (text := await self.outbox.take()) is not None:
                await self._socket.send_text(text)
            await self.close(1013, self.outbox.why)
        except (WebSocketDisconnect, RuntimeError, OSError):
            self.outbox.close()  # the reading side notices it too

    async def close(self, code: int, reason: str) -> None:
        """Hang up."""
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # gone already

    def _cut_off(self, reason: str) -> None:
        """Too much waits, and it does not read: what waits is forgotten now."""
        self.outbox.cut(reason)
        self._cutting = asyncio.create_task(self.close(1013, reason))
