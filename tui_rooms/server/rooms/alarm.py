"""Wakes a room when something in it is due."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Final

from tui_rooms.rules.room import Seconds

LONGEST_WAIT: Final[Seconds] = 5.0
"""It looks at the clock so often: the wall clock may be set, or the machine have slept."""
RETRY_AFTER: Final[Seconds] = 1.0


class Alarm:
    """One room has one; it is set anew after each change."""

    def __init__(
        self,
        *,
        due_in: Callable[[], Seconds | None],
        is_behind: Callable[[], bool],
        work: Callable[[], Awaitable[None]],
    ) -> None:
        """
        Args:
            due_in: how long it is to the next deadline; None when nothing is waiting.
            is_behind: whether something has failed that is to be tried again.
            work: what is done then; it may not raise.
        """
        self._due_in = due_in
        self._is_behind = is_behind
        self._work = work
        self._timer: asyncio.TimerHandle | None = None
        self._working: asyncio.Task[None] | None = None
        self._closed = False

    def set(self, *, at_least: Seconds = 0.0) -> None:
        """Wake the room when it will be time, as things are now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        due_in = RETRY_AFTER if self._is_behind() else self._due_in()
        if due_in is not None:
            wait = min(max(at_least, due_in), LONGEST_WAIT)
            # What is due is the room's own, not on the bill of whoever changed it last.
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait, self._wake, context=Context())

    def close(self) -> None:
        """Never again; what is being done goes on."""
        self._closed = True
        self.set()

    def _wake(self) -> None:
        due_in = self._due_in()
        if self._is_behind() or (due_in is not None and due_in <= 0):
            self._working = asyncio.create_task(self._do())
        else:
            self.set()

    async def _do(self) -> None:
        try:
            await self._work()
        finally:
            self.set(at_least=RETRY_AFTER)
