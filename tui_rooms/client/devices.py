"""The machine's microphone and loudspeaker as a client's source and sink.

PortAudio's callbacks only copy to and from rings; here the loop looks at the rings. Opening and
closing a device takes PortAudio a while, so it happens beside the loop.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from tui_rooms.audio.frames import Frame
from tui_rooms.client.sound import NextFrame

if TYPE_CHECKING:
    from tui_rooms.audio.devices import Loudspeaker, Microphone

POLL: Final = 0.005
"""Seconds between two looks at a ring: a quarter of a frame."""


class DeviceSource:
    """A microphone."""

    def __init__(self, name: str | None = None) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
        """
        self._name = name
        self._microphone: Microphone | None = None

    async def open(self) -> None:
        """Open it: from now on it hears, although nothing is sent before it is unmuted.

        Raises:
            DeviceError: the sentence says what to do.
        """
        from tui_rooms.audio.devices import open_microphone

        if self._microphone is None:
            self._microphone = await asyncio.to_thread(open_microphone, self._name)

    async def frames(self) -> AsyncIterator[Frame]:
        """What it hears from now on."""
        while self._microphone is not None and self._microphone.read() is not None:
            pass  # said before anyone was to hear it
        while self._microphone is not None:
            frame = self._microphone.read()
            if frame is None:
                await asyncio.sleep(POLL)
            else:
                yield frame

    async def close(self) -> None:
        """Let it go."""
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            await asyncio.to_thread(microphone.close)


class DeviceSink:
    """A loudspeaker."""

    def __init__(self, name: str | None = None) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
        """
        self._name = name
        self._loudspeaker: Loudspeaker | None = None

    async def open(self) -> None:
        """Open it; it plays silence until there is something to hear.

        Raises:
            DeviceError: the sentence says what to do.
        """
        from tui_rooms.audio.devices import open_loudspeaker

        if self._loudspeaker is None:
            self._loudspeaker = await asyncio.to_thread(open_loudspeaker, self._name)

    async def play(self, next_frame: NextFrame) -> None:
        """Keep its ring filled: the sound card's clock decides how often a frame is asked for."""
        clock = asyncio.get_running_loop().time
        while self._loudspeaker is not None:
            for _ in range(self._loudspeaker.wanted()):
                self._loudspeaker.write(next_frame(clock()))
            await asyncio.sleep(POLL)

    async def close(self) -> None:
        """Let it go."""
        loudspeaker, self._loudspeaker = self._loudspeaker, None
        if loudspeaker is not None:
            await asyncio.to_thread(loudspeaker.close)
