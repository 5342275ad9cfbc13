"""Work that is done to its end, whatever becomes of whoever has asked for it."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.rooms.bill import billed

T = TypeVar("T")

log = logging.getLogger(__name__)


class Uncancelled:
    """Runs work in tasks of its own: cancelling a caller ends the waiting, not the work.

    It goes on the bill of whoever has asked for it.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it, in the order of the calls as far as they wait for the same lock; its outcome."""
        task = self._start(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_unheard)
            raise

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do it, without waiting for it."""
        self._start(work).add_done_callback(_unheard)

    async def finished(self) -> None:
        """Wait until nothing is being done any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(billed(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _unheard(task: asyncio.Task[Any]) -> None:
    """Nobody waits for the outcome: a refusal is no matter then, a fault is."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, RoomError):
        log.error("work that nobody waits for any more has failed", exc_info=error)
