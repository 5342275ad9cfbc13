"""Whether a server can do what it is there for, and what is in the way if not."""

import asyncio
from collections.abc import Callable
from typing import Final

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.sfu.port import MediaEngine

GOOD_FOR: Final[Seconds] = 2.0
"""So long an answer of the disk is repeated: anyone may ask, and each look writes."""
PATIENCE: Final[Seconds] = 2.0


class Readiness:
    """One server has one."""

    def __init__(self, kept: RoomLog, engine: MediaEngine, *, clock: Callable[[], Seconds]) -> None:
        self._kept = kept
        self._engine = engine
        self._clock = clock
        self._looking: asyncio.Task[str | None] | None = None
        self._looked_at: Seconds = 0.0
        self.is_ending: Callable[[], bool] = lambda: False

    async def obstacles(self) -> list[str]:
        """Why the server is not ready, a sentence each; none when it is. For anyone's eyes."""
        found = []
        if self.is_ending():
            found.append("the server is shutting down")
        engines = self._engine.figures()
        dead = [str(number) for number, one in enumerate(engines, 1) if not one.alive]
        if dead:
            found.append(f"media worker {', '.join(dead)} of {len(engines)} does not answer")
        if (fault := await self._storage()) is not None:
            found.append(fault)
        return found

    async def _storage(self) -> str | None:
        now = self._clock()
        looking = self._looking
        if looking is None or (looking.done() and now - self._looked_at >= GOOD_FOR):
            looking = self._looking = asyncio.create_task(self._look())
            self._looked_at = now
        await asyncio.wait([looking], timeout=PATIENCE)
        if not looking.done():
            return f"the disk that rooms are kept on has not answered for {PATIENCE:g} s"
        return looking.result()

    async def _look(self) -> str | None:
        try:
            await self._kept.check_writable()
        except StorageError as error:
            # The sentence names a path: that is the operator's, and stands in the log.
            return f"rooms cannot be kept ({error.code})"
        return None
