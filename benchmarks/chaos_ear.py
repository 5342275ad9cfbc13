"""What a client of the chaos hears: whose tone, since when, and no more since when."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.tones import TonesHeard
from tui_rooms.audio.frames import RATE
from tui_rooms.client.sound.ends import NextFrame

SILENT_AFTER: Final = 0.3
"""Seconds: a pause that is shorter is none."""
SURE_AFTER: Final = 3
"""Frames in a row with somebody's tone, before one says that they are heard."""


def tell(kind: str, **values: Any) -> None:
    """Say something to whoever has started this process."""
    print(json.dumps({"kind": kind, "t": time.monotonic(), **values}), flush=True)


class Ear:
    """A sink that tells whom it hears."""

    def __init__(self, tones: Mapping[str, int], *, but: str) -> None:
        """
        Args:
            tones: everybody's frequency in Hz.
            but: whose it is: one does not hear oneself.
        """
        self._tones = TonesHeard({name: hz for name, hz in tones.items() if name != but})
        self._rows: dict[str, int] = {}
        """Frames in a row, of those who may begin to be heard."""
        self._last: dict[str, float] = {}
        """When each was last heard, of those who are."""
        self._late = 0.0

    async def open(self) -> None:
        """Nothing to open."""

    async def play(self, next_frame: NextFrame) -> None:
        """Take a frame each time that one is due."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            now = loop.time()
            self._late = max(self._late, now - due)
            if now - due > SILENT_AFTER:
                due = now  # it stood still itself: what it missed is not asked for at once
            samples = next_frame(now)
            self._hear(self._tones.of(samples), now)
            due += samples.size / RATE
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _hear(self, heard: list[str], now: float) -> None:
        for name in heard:
            if name in self._last:
                self._last[name] = now
                continue
            self._rows[name] = self._rows.get(name, 0) + 1
            if self._rows[name] >= SURE_AFTER:
                self._last[name] = now
                self._tell(name, is_heard=True, since=now)
        for name in [name for name in self._rows if name not in heard]:
            del self._rows[name]
        for name in [n for n, last in self._last.items() if now - last > SILENT_AFTER]:
            self._tell(name, is_heard=False, since=self._last.pop(name))

    def _tell(self, name: str, *, is_heard: bool, since: float) -> None:
        tell("heard", who=name, is_heard=is_heard, since=since, late=self._late)
        self._late = 0.0

    async def close(self) -> None:
        """Nothing to close."""
