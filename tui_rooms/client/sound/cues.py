"""Short sounds for oneself: the microphone has opened, or closed. Nobody else hears them."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tui_rooms.client.sound.ends import FrameSink, NextFrame

if TYPE_CHECKING:
    from tui_rooms.audio.frames import Samples

TONES_HZ: Final = {True: (660.0, 990.0), False: (990.0, 660.0)}
"""Up when the microphone opens, down when it closes."""
TONE_FRAMES: Final = 3
"""60 ms each."""
AMPLITUDE: Final = 1600
"""Of ±32767: about -26 dBFS, below a voice."""


class CuedSink:
    """A `FrameSink` that mixes cues into what is heard."""

    def __init__(self, inner: FrameSink) -> None:
        self._inner = inner
        self._due: Samples | None = None
        """What is left of the cue."""
        self.open = inner.open
        self.close = inner.close

    def __getattr__(self, name: str) -> Any:
        """What only devices have: latency, notices, underruns."""
        return getattr(self._inner, name)

    def cue(self, *, is_open: bool) -> None:
        """Sound a cue; one that still sounds is cut off. From any thread."""
        self._due = tones(is_open=is_open)

    async def play(self, next_frame: NextFrame) -> None:
        """As the inner one's."""
        await self._inner.play(lambda now: self._with_cue(next_frame(now)))

    def _with_cue(self, frame: "Samples") -> "Samples":
        due = self._due
        if due is None:
            return frame
        import numpy as np

        from tui_rooms.audio.levels import FULL_SCALE

        self._due = due[frame.size :] if due.size > frame.size else None
        mixed = frame.astype(np.int32)
        mixed[: due.size] += due[: frame.size]
        clipped: Samples = np.clip(mixed, -FULL_SCALE, FULL_SCALE).astype(np.int16)
        return clipped


@cache
def tones(*, is_open: bool) -> "Samples":
    """Two tones, one after the other, each swelling and fading without a click."""
    import numpy as np

    from tui_rooms.audio.frames import FRAME, RATE

    count = TONE_FRAMES * FRAME
    seconds = np.arange(count) / RATE
    swell = np.sin(np.pi * np.arange(count) / count)
    both = [np.sin(2 * np.pi * hertz * seconds) * swell for hertz in TONES_HZ[is_open]]
    samples: Samples = (AMPLITUDE * np.concatenate(both)).astype(np.int16)
    return samples
