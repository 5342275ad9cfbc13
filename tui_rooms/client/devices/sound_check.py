"""Trying a microphone and a loudspeaker outside of any room: a level, and hearing oneself."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from tui_rooms.client.sound.ends import FrameSink, FrameSource
from tui_rooms.client.sound.gate import VoiceGate

if TYPE_CHECKING:
    from tui_rooms.audio.frames import Frame

DELAY_FRAMES: Final = 40
"""0.8 s: one hears oneself after the word, and a loudspeaker near the microphone does not howl."""


class SoundCheck:
    """Runs until closed."""

    def __init__(self, source: FrameSource, sink: FrameSink | None) -> None:
        """Without a sink there is only the level."""
        self.gate = VoiceGate()
        """Knows the level."""
        self._source = source
        self._sink = sink
        self._said: deque[Frame] = deque(maxlen=2 * DELAY_FRAMES)
        self._fills = True
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Open the devices and begin.

        Raises:
            DeviceError: one of them does not open; nothing is open then.
        """
        try:
            await self._source.open()
            if self._sink is not None:
                await self._sink.open()
        except BaseException:
            await self.close()
            raise
        self._tasks.append(asyncio.create_task(self._listen()))
        if self._sink is not None:
            self._tasks.append(asyncio.create_task(self._sink.play(self._next_frame)))

    async def close(self) -> None:
        """Stop, and let the devices go; more than once changes nothing."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._source.close()
        if self._sink is not None:
            await self._sink.close()

    async def _listen(self) -> None:
        from tui_rooms.audio.levels import dbov

        clock = asyncio.get_running_loop().time
        async for frame in self._source.frames():
            self.gate.lets_through(dbov(frame), clock())
            self._said.append(frame)

    def _next_frame(self, _: float) -> "Frame":
        import numpy as np

        from tui_rooms.audio.frames import FRAME

        if not self._said:
            self._fills = True
        elif len(self._said) >= DELAY_FRAMES:
            self._fills = False
        # The two sound cards do not keep step: only an empty queue makes a gap, not a short one.
        return np.zeros(FRAME, np.int16) if self._fills else self._said.popleft()


def device_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What microphones and loudspeakers are called, each unlike all others; takes a moment.

    Raises:
        DeviceError: there is no PortAudio.
    """
    from tui_rooms.audio.cards import portaudio
    from tui_rooms.audio.cards.listing import list_devices
    from tui_rooms.client.devices.scan import scan

    # While a device is open, PortAudio does not see what was plugged in since.
    devices = scan() if portaudio.streams_open() else list_devices()
    return (
        tuple(device.microphone for device in devices if device.microphone),
        tuple(device.loudspeaker for device in devices if device.loudspeaker),
    )
