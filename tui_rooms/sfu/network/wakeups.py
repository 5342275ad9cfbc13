"""When the socket is read: at each datagram, or every few milliseconds where many come.

To be woken costs more than what a datagram brings with it: the processor was idle, or at something
else, and its caches hold nothing of ours. So many small rooms, whose packets come one by one, are
served by a short nap between two looks, and each look takes all that has come meanwhile.
"""

import asyncio
from collections.abc import Callable
from typing import Final

NAP: Final = 0.003
"""Seconds; what a packet may wait here is small beside what networks make it wait."""
MANY: Final = 40
"""Datagrams between two ticks, of which there are ten a second, from which on it naps."""
FEW: Final = 25
"""From which down it is woken again for each."""


class Wakeups:
    """Calls `read` when there may be something to read."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, fileno: int, read: Callable[[], int], *, batch: int
    ) -> None:
        """Nothing is read before `start`.

        Args:
            loop: whose thread reads.
            fileno: of the socket.
            read: takes what is there, and says how many datagrams it was.
            batch: where it takes so many, there may be more.
        """
        self._loop = loop
        self._fileno = fileno
        self._read = read
        self._batch = batch
        self._count = 0
        """Datagrams since the last tick."""
        self._nap: asyncio.Handle | None = None

    @property
    def naps(self) -> bool:
        """Whether it looks every few milliseconds instead of being woken."""
        return self._nap is not None

    def start(self) -> None:
        """Read from now on."""
        self._loop.add_reader(self._fileno, self._woken)

    def tick(self) -> None:
        """Choose by how much has come; call it ten times a second."""
        count, self._count = self._count, 0
        if self._nap is None:
            if count >= MANY:
                self._loop.remove_reader(self._fileno)
                self._nap = self._loop.call_later(NAP, self._look)
        elif count <= FEW:
            self._nap.cancel()
            self._nap = None
            self.start()

    def close(self) -> None:
        """Read no more."""
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None
        self._loop.remove_reader(self._fileno)

    def _woken(self) -> None:
        self._count += self._read()

    def _look(self) -> None:
        # Planned first: whatever the datagrams bring about, it looks again.
        self._nap = self._loop.call_later(NAP, self._look)
        found = self._read()
        self._count += found
        if found >= self._batch and self._nap is not None:
            # In a flood nobody naps; between two turns of the loop others have theirs.
            self._nap.cancel()
            self._nap = self._loop.call_soon(self._look)
