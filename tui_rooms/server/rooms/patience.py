"""How long a room waits for its log.

As long as the log asks for, mostly. But when somebody has to be protected, the disk has half a
second left, for them and for all that is before them: what it has not taken by then is done without
it, see `unkept`.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.errors import StorageError

URGENT: Final[Seconds] = 0.5

T = TypeVar("T")


class Patience:
    """Of one room, which asks its log one thing at a time."""

    def __init__(self) -> None:
        self._urgent = 0
        """How many wait to protect somebody."""
        self._until: Seconds = 0.0
        """By the loop's clock, while there are any."""
        self._waiting: asyncio.Timeout | None = None

    @contextmanager
    def short(self) -> Iterator[None]:
        """Within the block somebody is to be protected."""
        if not self._urgent:
            self._until = asyncio.get_running_loop().time() + URGENT
            if self._waiting is not None:
                self._waiting.reschedule(self._until)
        self._urgent += 1
        try:
            yield
        finally:
            self._urgent -= 1

    async def of(self, asked: Awaitable[T]) -> T:
        """What the log answers.

        Raises:
            StorageError: also `storage-slow`: not in time. What was asked for may happen yet.
        """
        try:
            async with asyncio.timeout_at(self._until if self._urgent else None) as waiting:
                self._waiting = waiting
                return await asked
        except TimeoutError as exc:
            raise StorageError("storage-slow", "the disk does not answer in time") from exc
        finally:
            self._waiting = None
