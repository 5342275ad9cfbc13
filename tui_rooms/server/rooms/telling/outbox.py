"""What waits to be sent to one client: bounded, so that a slow reader costs little memory.

At the worst twice this waits: once here, once with whoever sends what was taken.
"""

import asyncio
from collections import deque

LIMIT = 512
"""Messages that may wait; a client that is further behind is cut off and comes back."""
SIZE_LIMIT = 2_000_000
"""Characters that may wait; one message alone may be longer."""


class Outbox:
    """A queue of messages, and beside it the newest of each kind where only that one counts."""

    def __init__(self) -> None:
        self._queue: deque[str] = deque()
        self._size = 0
        self._latest: dict[str, str] = {}
        self._ready = asyncio.Event()
        self.overflowed = False

    def put(self, text: str) -> None:
        """Append a message that must not be lost."""
        full = self._queue and self._size + len(text) > SIZE_LIMIT
        if full or len(self._queue) >= LIMIT:
            self.overflowed = True
        if not self.overflowed:  # after a gap nothing may follow
            self._queue.append(text)
            self._size += len(text)
        self._ready.set()

    def put_latest(self, kind: str, text: str) -> None:
        """Replace what waits of that kind."""
        self._latest[kind] = text
        self._ready.set()

    @property
    def waiting(self) -> bool:
        """Whether anything is there to be taken."""
        return bool(self._queue or self._latest)

    async def take(self) -> list[str]:
        """Everything that waits, as soon as anything does; in order, the replaceable last."""
        await self._ready.wait()
        self._ready.clear()
        batch = [*self._queue, *self._latest.values()]
        self._queue.clear()
        self._size = 0
        self._latest.clear()
        return batch
