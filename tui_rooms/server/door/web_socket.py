"""uvicorn's WebSocket, which lets go of a client that no longer answers or reads."""

import asyncio
from asyncio.transports import BaseTransport
from contextlib import nullcontext
from typing import Any, Final

from uvicorn import Config
from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.connection_table import table_of
from tui_rooms.server.door.pace import Pace
from tui_rooms.server.door.pulse import Pulse, into_scope
from tui_rooms.server.door.unread import UnreadWatch
from tui_rooms.server.rooms.bill import Bill, current_bill

PING_SECONDS = 20.0
"""Between an answered ping and the next, and the most that an answer may take: a snapshot on a
slow link comes before it."""
LAST_WORDS: Seconds = 2.0
"""What a client that is closed on gets to read why, and to say goodbye."""
SLICE: Final = 1_024
"""Bytes that are taken apart before it is looked whether that goes on: a read brings 256 kB, which
is 40,000 frames of nothing, or messages by the thousand."""
FRAMES_AT_ONCE: Final = 200
"""Pings, pongs and pieces of messages; whoever sends more is let go."""
FRAMES_PER_SECOND: Final = 20.0
"""As many in the long run. A client of ours pings once a second, and sends messages whole."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A dead client costs what waits for it, and no longer than two pings."""

    _unread: UnreadWatch
    _last_words: asyncio.TimerHandle | None = None
    _bill: Bill | None = None
    """Of whoever pays for what is read; nobody before the application has asked for it."""
    _pong: bytes = b""
    """The newest, while nothing can be written."""

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
        self._unparsed = bytearray()
        self._frames = Pace(
            burst=FRAMES_AT_ONCE, per_second=FRAMES_PER_SECOND, now=self.loop.time()
        )

    def handle_connect(self, event: Request) -> None:
        """The application hears of it in the loop's next turn."""
        super().handle_connect(event)
        if not self.close_sent:
            into_scope(self.scope, self._pulse)
            self._pulse.watch(on_dead=self.transport.abort, is_deaf=lambda: self.read_paused)

    def data_received(self, data: bytes) -> None:
        """Whatever it is: it has come."""
        self._pulse.heard()
        self._unparsed += data
        with nullcontext() if self._bill is None else self._bill.step():
            self._take_apart()

    async def receive(self) -> ASGIReceiveEvent:
        """The next message; what came behind it is looked at only now."""
        self._bill = current_bill()
        message = await super().receive()
        self._take_apart()
        return message

    def connection_made(self, transport: BaseTransport) -> None:
        """The request to be one has come."""
        super().connection_made(transport)
        self._unread = UnreadWatch(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended; it was counted when it was still HTTP."""
        self._unread.end()
        if self._last_words is not None:
            self._last_words.cancel()
        self._table.left(self.transport)
        self._pulse.end()
        super().connection_lost(exc)

    def send_receive_event_to_app(self) -> None:
        """A message has come: before its first one a connection may give way to others."""
        self._table.spoke(self.transport)
        if not self.close_sent:
            self.read_paused = True  # the system reads on: see `_take_apart`
        super().send_receive_event_to_app()

    def pause_writing(self) -> None:
        """The system has not taken all."""
        super().pause_writing()
        self._unread.begin()

    def resume_writing(self) -> None:
        """It has."""
        self._unread.end()
        super().resume_writing()
        if self._pong:
            self.transport.write(self._pong)
            self._pong = b""

    async def send(self, message: ASGISendEvent) -> None:
        """A message is sent when the system has taken all of it, not when it waits here.

        A close waits for nobody who does not read.
        """
        text = message.get("text")
        if isinstance(text, str) and self._is_calm:
            # Without the library's own queue of what to send, which is emptied at each message.
            self.transport.write(Frame(Opcode.TEXT, text.encode()).serialize(mask=False))
            await self.writable.wait()
            return
        is_close = message["type"] == "websocket.close"
        if is_close:
            self.writable.set()
        await super().send(message)
        if is_close:
            self._last_words = self.loop.call_later(LAST_WORDS, self.transport.abort)
        else:
            await self.writable.wait()

    def handle_close(self, event: Frame) -> None:
        """They go: whoever waits until they have read need not."""
        super().handle_close(event)
        self.writable.set()

    def handle_cont(self, event: Frame) -> None:
        """Another piece of a message, which may be empty: there is no end to them by size alone."""
        self._count_frame()
        super().handle_cont(event)

    def handle_pong(self, event: Frame) -> None:
        """An answer, or nothing that was asked for."""
        self._count_frame()
        super().handle_pong(event)

    def handle_ping(self) -> None:
        """Answer the newest of those that came while nothing could be written."""
        self._count_frame()
        if self.writable.is_set():
            super().handle_ping()
        elif pongs := self.conn.data_to_send():  # of all pings that came together
            self._pong = pongs[-1]

    def keepalive_timeout(self) -> None:
        """No answer to a ping: hang up at once.

        A close would first wait until all that was written is sent, which to a dead client it
        never is: the kernel tries for a quarter of an hour, and so long its seat would be taken.
        """
        super().keepalive_timeout()
        self.transport.abort()

    @property
    def _is_calm(self) -> bool:
        """Whether a message goes out by itself: the connection is open, and nothing waits."""
        return (
            self.conn.state is State.OPEN
            and self.writable.is_set()
            and not (self.close_sent or self.transport.is_closing())
        )

    def _take_apart(self) -> None:
        """Read frames until there is a message for the application, which takes its time."""
        while self._unparsed and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._unparsed[:SLICE])
            del self._unparsed[:SLICE]
            super().data_received(piece)
        if self._unparsed and self.read_paused:
            # uvicorn would do so at each message, and begin again behind it: two calls of the
            # system, mostly for nothing, since whoever waits for an answer sends nothing else.
            self.transport.pause_reading()

    def _count_frame(self) -> None:
        if self._frames.allows(self.loop.time()) or self.transport.is_closing():
            return
        if self.conn.state is State.OPEN:
            reason = f"more than {FRAMES_PER_SECOND:.0f} pings or pieces of messages a second"
            self.conn.send_close(1008, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()
