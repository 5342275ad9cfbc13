"""How long a sound takes from this program through loudspeaker and microphone back into it."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from tui_rooms.audio.cards.devices import open_loudspeaker, open_microphone
from tui_rooms.audio.frames import FRAME, RATE, Samples, silence

_SECONDS: Final = 2.0
"""How long is listened at most."""
_BEFORE: Final = 0.5
"""Seconds for both devices to get going."""
_TURN: Final = 0.005
_SURE: Final = 8.0
"""How far the answer has to stand out of what else is heard."""


@dataclass(frozen=True, slots=True)
class LoopResult:
    """What came back."""

    microphone: str
    loudspeaker: str
    delay: float | None
    """Seconds from the writing of the sound to its reading; None when it was not heard."""
    output_latency: float
    """Seconds that the loudspeaker claims."""
    input_latency: float


def signal() -> Samples:
    """A tenth of a second that rises from 300 to 3,300 Hz: unlike a room, a fan or a voice."""
    at = np.arange(RATE // 10) / RATE
    wave = np.sin(2 * np.pi * (300 * at + 15_000 * at**2)) * np.hanning(at.size)
    return (12_000 * wave).astype(np.int16)


def loop_test(microphone: str | None = None, loudspeaker: str | None = None) -> LoopResult:
    """Play a short sound and listen for it. Takes up to 3 s; blocks.

    Raises:
        DeviceError: one of the devices cannot be opened.
    """
    ear = open_microphone(microphone)
    try:
        mouth = open_loudspeaker(loudspeaker)
    except BaseException:
        ear.close()
        raise
    sound = np.concatenate([signal(), np.zeros(-signal().size % FRAME, np.int16)])
    to_say = list(sound.reshape(-1, FRAME))
    said_at: float | None = None
    heard: list[tuple[float, Samples]] = []
    begin = time.monotonic()
    try:
        while time.monotonic() < begin + _BEFORE + _SECONDS:
            for _ in range(mouth.wanted()):
                ready = time.monotonic() > begin + _BEFORE
                if ready and said_at is None:
                    said_at = time.monotonic()
                mouth.write(to_say.pop(0) if ready and to_say else silence())
            while (frame := ear.read()) is not None:
                heard.append((time.monotonic(), frame))
            time.sleep(_TURN)
        latencies = mouth.latency, ear.latency
    finally:
        mouth.close()
        ear.close()
    return LoopResult(
        microphone=ear.device.microphone,
        loudspeaker=mouth.device.loudspeaker,
        delay=None if said_at is None else _delay(heard, said_at),
        output_latency=latencies[0],
        input_latency=latencies[1],
    )


def _delay(heard: list[tuple[float, Samples]], said_at: float) -> float | None:
    """When the signal's first sample was read, after `said_at`."""
    if not heard:
        return None
    samples = np.concatenate([frame for _, frame in heard]).astype(np.float64)
    if samples.size <= signal().size:
        return None
    likeness = np.abs(np.correlate(samples, signal().astype(np.float64), "valid"))
    best = int(np.argmax(likeness))
    if likeness[best] < _SURE * np.sqrt(np.mean(likeness**2)) or not likeness[best]:
        return None
    # The frame in which it begins was read whole: its first sample is that much older.
    read_at, _ = heard[best // FRAME]
    return read_at - said_at
