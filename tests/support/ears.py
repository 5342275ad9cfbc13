"""Voices and ears for clients: a tone as the microphone, and what is heard, with its times."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

import numpy as np

from tests.client.sounds import strength
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Frame, Samples
from tui_rooms.client.sound.ends import NextFrame

KEPT: Final = 60.0
"""Seconds that are remembered."""
PATIENCE: Final = 15.0
"""Seconds: a limit, not an expectation."""
AUDIBLE: Final = 0.3
"""Of a tone's strength: less is no tone, but its echo or its end."""


class Tone:
    """A microphone before which a steady tone sounds, for ever."""

    def __init__(self, hertz: float) -> None:
        self.hertz = hertz
        self._closed = asyncio.Event()

    async def open(self) -> None:
        """It is there."""

    async def frames(self) -> AsyncIterator[Frame]:
        """20 ms every 20 ms."""
        loop = asyncio.get_running_loop()
        began, number = loop.time(), 0
        while not self._closed.is_set():
            at = (number * FRAME + np.arange(FRAME)) / RATE
            yield (8_000 * np.sin(2 * np.pi * self.hertz * at)).astype(np.int16)
            number += 1
            await asyncio.sleep(began + number * FRAME_SECONDS - loop.time())

    async def close(self) -> None:
        """No more of it."""
        self._closed.set()


class Ear:
    """A loudspeaker whose sound is kept: when each piece was played, and the piece."""

    MOMENT: Final = 0.1
    """Seconds."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self.heard: deque[tuple[float, Samples]] = deque(maxlen=round(KEPT / FRAME_SECONDS))
        self._closed = False

    async def open(self) -> None:
        """It is there."""

    async def play(self, next_frame: NextFrame) -> None:
        """Take what there is at the pace of a sound card."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._closed:
            piece = next_frame(loop.time())
            self.heard.append((loop.time(), piece))
            self._news.set()
            due += piece.size / RATE
            await asyncio.sleep(due - loop.time())

    async def close(self) -> None:
        """Hear nothing more."""
        self._closed = True
        self._news.set()

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait for something that is so after a piece was heard."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}") from None

    async def listen(self, seconds: float) -> None:
        """Hear for so long, or until it is closed."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        await self.until(lambda: self._closed or loop.time() >= due, f"{seconds:g} s of sound")

    def hears(self, hertz: float) -> bool:
        """Whether a tone was audible in the last moment."""
        return not self._closed and self._strength(hertz, self.MOMENT) > AUDIBLE

    def gaps(self, hertz: float, since: float) -> list[tuple[float, float]]:
        """When it was not audible since then: beginnings and lengths, longest first."""
        found: list[tuple[float, float]] = []
        begin: float | None = None
        last = since
        for at, piece in self.heard:
            if at < since:
                continue
            last = at
            # Shorter ones are taken while nobody is heard.
            if piece.size == FRAME and strength(piece, hertz) > AUDIBLE:
                if begin is not None:
                    found.append((begin, at - begin))
                begin = None
            elif begin is None:
                begin = at
        if begin is not None:
            found.append((begin, last - begin))
        return sorted(found, key=lambda gap: -gap[1])

    def longest_gap(self, hertz: float, since: float) -> float:
        """Seconds for which a tone was not audible; 0.0 when it always was."""
        return max((length for _, length in self.gaps(hertz, since)), default=0.0)

    def _strength(self, hertz: float, seconds: float) -> float:
        since = asyncio.get_running_loop().time() - seconds - FRAME_SECONDS
        pieces = [piece for at, piece in self.heard if at >= since]
        return strength(np.concatenate(pieces), hertz) if pieces else 0.0
