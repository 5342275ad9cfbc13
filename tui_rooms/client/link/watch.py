"""Watches the connection to the server: any silence is said, and a way that has gone is left."""

import asyncio
from collections.abc import Callable
from typing import Final

from websockets.asyncio.client import ClientConnection

from tui_rooms.client.link.network.awake import Awake
from tui_rooms.client.link.network.connecting import Heard
from tui_rooms.rtc.way import is_ours

SILENT_AFTER: Final = 2.25
"""Seconds without a byte, of a server that is pinged every second."""
DEAD_AFTER_SLEEP: Final = 2.0
"""The same before the connection is given up after the machine has slept: it seldom outlives it."""
LOOK_EVERY: Final = 0.5


class Watch:
    """One connection's, from its welcome to its end."""

    def __init__(self, socket: ClientConnection, on_silent: Callable[[bool], None]) -> None:
        """`on_silent` is told when nothing comes any more, and when something does again."""
        self._socket = socket
        self._on_silent = on_silent
        self._is_silent = False

    async def look(self) -> None:
        """Look, until it is cancelled or the connection is given up."""
        socket, awake = self._socket, Awake()
        if not isinstance(socket, Heard):
            return
        loop = asyncio.get_running_loop()
        woke_at: float | None = None
        while True:
            if await awake.sleep(LOOK_EVERY):
                woke_at = loop.time()
            self._say(is_silent=loop.time() - socket.heard_at > SILENT_AFTER)
            if woke_at is not None and socket.heard_at > woke_at:
                woke_at = None
            slept = woke_at is not None and loop.time() - woke_at > DEAD_AFTER_SLEEP
            if slept or not _leads_on(socket):
                # No goodbye would arrive.
                socket.transport.abort()
                return

    def _say(self, *, is_silent: bool) -> None:
        if is_silent is not self._is_silent:
            self._is_silent = is_silent
            self._on_silent(is_silent)


def _leads_on(socket: ClientConnection) -> bool:
    """Whether the address that we have come from is still ours."""
    ours = socket.local_address
    return not ours or is_ours(str(ours[0]))
