"""uvicorn's HTTP, which does not wait for ever for a request to begin."""

import asyncio
import json
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.connection_table import ConnectionTable, backlog_of, table_of
from tui_rooms.server.door.unread import UnreadWatch
from tui_rooms.server.rooms.telling.backlog import Account

HEAD_SECONDS: Seconds = 20.0
"""From a connection, or the answer to a request, to the end of the next request's head."""


CHUNKS: Final = 256
"""Pieces in which a body may come: taking one apart costs more than what is in it."""


class HttpProtocol(H11Protocol):
    """Connections that say nothing, or a letter a minute, do not fill the table of open files."""

    _head_timer: asyncio.TimerHandle | None = None
    _unread: UnreadWatch
    _account: Account | None = None
    """With the server's backlog, while an answer is not read."""
    _is_answered = False
    """Whether that is all of the answer."""
    _chunks = 0
    """Pieces of the request's body so far."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected."""
        super().connection_made(transport)
        self._next_event = self.conn.next_event
        self.conn.next_event = self._next_event_if_few  # type: ignore[method-assign]
        self._unread = UnreadWatch(transport)
        self._table.came(transport, self.client[0] if self.client else None)
        if self.client is None:
            transport.abort()  # gone already; nobody is taken for this machine who has no address
            return
        self._watch_the_head()

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request."""
        super().data_received(data)
        # A WebSocket has spoken when its client has said something.
        if self.cycle and self.transport.get_protocol() is self:
            self._table.spoke(self.transport)
        self._watch_the_head()

    def on_response_complete(self) -> None:
        """The next request may come, or has begun to: once they have read the answer."""
        if self._account is not None:
            self._is_answered = True
            return
        super().on_response_complete()
        self._watch_the_head()

    def shutdown(self) -> None:
        """The server ends: a request of which not all has come is not waited for."""
        if self.cycle and self.cycle.more_body and not self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """The system has not taken all of an answer."""
        super().pause_writing()
        self._unread.begin()
        host = self.client[0] if self.client else None
        backlog = backlog_of(self.server_state)
        self._account = backlog.account(stranger(host), lambda _: self.transport.abort())
        self._account.stick()
        self._account.add(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It has."""
        self._forget_the_answer()
        super().resume_writing()
        if self._is_answered:
            self._is_answered = False
            self.on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone."""
        self._forget_the_answer()
        self._forget_the_head()
        self._table.left(self.transport)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What has come is no HTTP: say so as everything else is said, in our own words."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.abort()  # it is being answered already
            return
        if self.cycle and not self.cycle.response_complete:
            # Whoever reads its body need not answer any more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        reason = "that is no request of HTTP/1.1 that can be read"
        body = json.dumps({"code": "bad-request", "reason": reason}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        parts = (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(part) or b"" for part in parts))
        self.transport.close()

    def _next_event_if_few(self) -> Any:
        event = self._next_event()
        if isinstance(event, h11.Request):
            self._chunks = 0
        elif isinstance(event, h11.Data):
            self._chunks += 1
            if self._chunks > CHUNKS:
                raise h11.RemoteProtocolError(f"more than {CHUNKS} pieces of a body")
        return event

    @property
    def _table(self) -> ConnectionTable:
        return table_of(self.server_state)

    def _forget_the_answer(self) -> None:
        self._unread.end()
        if self._account is not None:
            self._account.close()
            self._account = None

    def _watch_the_head(self) -> None:
        # After an upgrade the connection is the WebSocket's.
        ours = self.transport.get_protocol() is self
        if not ours or not (self.cycle is None or self.cycle.response_complete):
            self._forget_the_head()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _forget_the_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
