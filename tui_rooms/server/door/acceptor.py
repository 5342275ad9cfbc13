"""Takes TCP connections, or turns them away, before uvicorn knows of them."""

import asyncio
import errno
import logging
import resource
import socket
from collections.abc import Callable
from typing import Final

from tui_rooms.server.door.connection_table import ConnectionTable

AT_ONCE: Final = 64
"""Connections that are taken in one turn of the loop."""
PAUSE: Final = 0.1
"""Seconds without taking any, when the system has no descriptor left."""
KEPT_BACK: Final = 128
"""Descriptors for all else: the database, webhooks, media."""
MOST: Final = 20_000
_USED_UP: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

log = logging.getLogger(__name__)


def connection_limit() -> int:
    """How many connections there is room for, once as many descriptors as may be are allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + KEPT_BACK if hard == resource.RLIM_INFINITY else min(hard, MOST + KEPT_BACK)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    allowed = MOST if soft == resource.RLIM_INFINITY else soft - KEPT_BACK
    return max(16, min(MOST, allowed))


class Acceptor:
    """Behind one listening socket. Has the two methods of an asyncio server that uvicorn calls."""

    def __init__(
        self,
        listening: socket.socket,
        make_protocol: Callable[[], asyncio.Protocol],
        table: ConnectionTable,
    ) -> None:
        """Begin to take connections.

        Args:
            listening: closed in the end.
            make_protocol: for each connection; it tells the table when one has spoken, and left.
        """
        listening.setblocking(False)
        self._listening = listening
        self._make_protocol = make_protocol
        self._table = table
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._loop.add_reader(listening, self._take)

    def close(self) -> None:
        """Take no more."""
        if self._listening.fileno() < 0:
            return
        self._loop.remove_reader(self._listening)
        if self._pause is not None:
            self._pause.cancel()
        self._listening.close()

    async def wait_closed(self) -> None:
        """Those that were taken go on; nothing is waited for."""

    def _take(self) -> None:
        for _ in range(AT_ONCE):
            try:
                sock, address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as exc:
                # Whatever else the system says of it is over in a moment too: it may be about the
                # one connection alone (accept(2)).
                if exc.errno in _USED_UP:
                    log.error("no more connections can be taken just now: %s", exc.strerror)
                else:
                    log.warning("a connection could not be taken: %s", exc.strerror)
                self._loop.remove_reader(self._listening)
                self._pause = self._loop.call_later(PAUSE, self._go_on)
                return
            if not self._table.admits(address[0]):
                sock.close()
                continue
            sock.setblocking(False)
            task = self._loop.create_task(self._begin(sock))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)

    async def _begin(self, sock: socket.socket) -> None:
        try:
            transport, _ = await self._loop.connect_accepted_socket(self._make_protocol, sock)
        except OSError:
            sock.close()  # gone again before it was begun
            return
        if self._listening.fileno() < 0:
            transport.abort()  # nobody tells it any more that the server ends

    def _go_on(self) -> None:
        self._pause = None
        self._loop.add_reader(self._listening, self._take)
