"""One's own voice before it goes out: how loud it is, and whether it is loud enough.

With a threshold the microphone is voice-activated: what is quieter becomes silence, of which the
encoder sends nothing. The room still says "open", and opening costs no round trip.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from tui_rooms.client.sound.ends import FrameSource

if TYPE_CHECKING:
    from tui_rooms.audio.frames import Frame

SILENCE_DBOV: Final = -127
HANGS: Final = 0.6
"""Seconds that it stays open after the last loud frame: pauses between words do not close it."""
STALE: Final = 0.3
"""Seconds after which a level is no longer how loud somebody is."""


class VoiceGate:
    """Written by the client's thread, read and set by the screen's: each value is one object."""

    def __init__(self) -> None:
        self.threshold_dbov: float | None = None
        """Quieter than this is not sent; None sends everything."""
        self._heard: tuple[int, float] = (SILENCE_DBOV, -STALE)
        self._loud_at: float | None = None

    def level_dbov(self, now: float) -> int:
        """How loud one is (−127 to 0), heard by the room or not."""
        dbov, at = self._heard
        return dbov if now - at < STALE else SILENCE_DBOV

    def lets_through(self, dbov: int, now: float) -> bool:
        """Take the next frame's level; whether that frame may be sent."""
        self._heard = (dbov, now)
        threshold = self.threshold_dbov
        if threshold is None or dbov >= threshold:
            self._loud_at = now
            return True
        return self._loud_at is not None and now - self._loud_at < HANGS


class GatedSource:
    """A `FrameSource` behind a gate."""

    def __init__(self, inner: FrameSource, gate: VoiceGate) -> None:
        self._inner = inner
        self._gate = gate
        self.open = inner.open
        self.close = inner.close

    def __getattr__(self, name: str) -> Any:
        """What only devices have: latency, notices, the choice of another one."""
        return getattr(self._inner, name)

    async def frames(self) -> "AsyncIterator[Frame]":
        """The inner one's; silence for those that the gate holds back."""
        import numpy as np

        from tui_rooms.audio.levels import dbov

        clock = asyncio.get_running_loop().time
        async for frame in self._inner.frames():
            yield frame if self._gate.lets_through(dbov(frame), clock()) else np.zeros_like(frame)
