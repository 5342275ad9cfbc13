"""How late the event loop comes to what is due."""

import asyncio
from typing import Final

from tui_rooms.rules.room import Seconds
from tui_rooms.sfu.durations import Durations

EVERY: Final[Seconds] = 0.1


class LoopLag:
    """Looks ten times a second, from its making until `close`."""

    def __init__(self) -> None:
        self.durations = Durations()
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(EVERY, self._look)

    def close(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        self.durations.note(max(0.0, self._loop.time() - self._timer.when()))
        self._timer = self._loop.call_later(EVERY, self._look)
