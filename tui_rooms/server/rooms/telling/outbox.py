"""What waits to be sent to one client: bounded, so that a slow reader costs little memory.

A message counts until the next one is asked for: by then the system has taken it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from sys import getsizeof

from tui_rooms.server.rooms.telling.backlog import Account, Backlog

LIMIT = 512
"""Messages that may wait; a client that is further behind is cut off and comes back."""
SIZE_LIMIT = 256_000
"""Bytes of memory that may wait beside one message, which may be longer."""
CALM = 64_000
"""Bytes up to which a client is read from: who does not take answers asks nothing more."""


class Outbox:
    """A queue of messages, and beside it the newest of each kind where only that one counts."""

    def __init__(self, account: Account | None = None) -> None:
        """`account`: with the server's backlog; without one it is alone."""
        self._account = account or Backlog().account(None, self.cut)
        self._queue: deque[str] = deque()
        self._latest: dict[str, str] = {}
        self._taken = 0
        """Bytes of the message that was taken and is not delivered yet."""
        self._ready = asyncio.Event()
        self._calm = asyncio.Event()
        self._calm.set()
        self.overflowed = False
        self.why = f"too far behind: more than {SIZE_LIMIT // 1000} kB wait unread; reconnect"
        """What somebody who is cut off is told."""

    @property
    def size(self) -> int:
        """Bytes that wait, with those that are being sent."""
        return self._account.size

    @property
    def waiting(self) -> bool:
        """Whether anything is there to be taken."""
        return bool(self._queue or self._latest)

    def put(self, text: str) -> None:
        """Append a message that must not be lost."""
        size = getsizeof(text)
        if not self.overflowed and self._has_room(size):
            self._queue.append(text)
            self._grow(size)
        elif self._account.is_stuck:
            self._account.cut(self.why)
        else:
            self.overflowed = True  # after a gap nothing may follow
        self._ready.set()

    def put_latest(self, kind: str, text: str) -> None:
        """Replace what waits of that kind."""
        if self.overflowed:
            return
        old = self._latest.get(kind)
        self._latest[kind] = text
        self._grow(getsizeof(text) - (0 if old is None else getsizeof(old)))
        self._ready.set()

    def holds(self, kind: str) -> bool:
        """Whether something of that kind still waits."""
        return kind in self._latest

    async def take(self) -> str | None:
        """The next message, as soon as there is one; the replaceable last. None: it overflowed.

        The one before is delivered.
        """
        self._delivered()
        while not self.waiting:
            if self.overflowed:
                return None
            self._ready.clear()
            await self._ready.wait()
        queue, latest = self._queue, self._latest
        text = queue.popleft() if queue else latest.pop(next(iter(latest)))
        self._taken = getsizeof(text)
        # Whoever sends it does so at once, unless the client does not read.
        self._account.stick()
        return text

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Answer a request in this block: once little waits, here and for the address."""
        await self._calm.wait()
        async with self._account.of_address.answering():
            yield

    def cut(self, why: str) -> None:
        """Forget what waits, and take no more."""
        self.overflowed, self.why = True, why
        self._queue.clear()
        self._latest.clear()
        self._grow(self._taken - self.size)

    def close(self) -> None:
        """The client has gone."""
        self.cut(self.why)
        self._taken = 0
        self._account.close()
        self._calm.set()

    def _has_room(self, size: int) -> bool:
        if len(self._queue) >= LIMIT:
            return False
        whole = self.size + size
        if whole <= SIZE_LIMIT:
            return True
        longest = max(size, self._taken, *map(getsizeof, self._queue), 0)
        return whole - longest <= SIZE_LIMIT

    def _delivered(self) -> None:
        taken, self._taken = self._taken, 0
        self._account.stuck_since = None
        if taken:
            self._grow(-taken)

    def _grow(self, size: int) -> None:
        self._account.add(size)
        if self.size > CALM:
            self._calm.clear()
        else:
            self._calm.set()
