"""Long work in slices that give the loop back: sound, and everybody else, wait for none of it."""

import asyncio
import time
from typing import Final

SLICE: Final = 0.002
"""Seconds."""


class Slices:
    """One piece of work."""

    def __init__(self) -> None:
        self._until = time.perf_counter() + SLICE

    async def rest(self) -> None:
        """Let others go on, if this has gone on for a slice."""
        if time.perf_counter() >= self._until:
            await asyncio.sleep(0)
            self._until = time.perf_counter() + SLICE
