"""What was written to a connection and is not read: little of it is kept, and not for long."""

import asyncio
import contextlib
import socket
from typing import Final

from tui_rooms.rules.room import Seconds

STALLED: Seconds = 20.0
"""In this time somebody who is slow takes `LEAST`, or all."""
LEAST: Final = 16_000
UNSENT: Final = 65_536
"""Bytes that the system keeps for a connection beside those that are on their way."""


class UnreadWatch:
    """Lets go of a connection whose other end does not take what was written to it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """The transport says from now on that it waits as soon as the system takes no more."""
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0
        transport.set_write_buffer_limits(high=0)
        sock: socket.socket | None = transport.get_extra_info("socket")
        if sock is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            with contextlib.suppress(OSError):  # no TCP
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)

    def begin(self) -> None:
        """Something is left to be written."""
        self.end()
        self._left = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(STALLED, self._look)

    def end(self) -> None:
        """Nothing is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left = self._transport.get_write_buffer_size()
        if self._left - left < LEAST:
            self._transport.abort()
        else:
            self.begin()
