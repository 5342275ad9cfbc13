"""The machine's microphone and loudspeaker as a client's source and sink.

PortAudio's callbacks only copy to and from rings; here the loop looks at the rings.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final

from tui_rooms.audio.frames import FRAME_SECONDS, Frame
from tui_rooms.client.sound import NextFrame

if TYPE_CHECKING:
    from tui_rooms.audio.devices import Loudspeaker, Microphone
    from tui_rooms.client.kept_device import KeptDevice

POLL: Final = 0.004
"""Seconds between two looks at a ring that should have moved, or at a device that is gone."""


class DeviceSource:
    """A microphone."""

    def __init__(self, name: str | None = None, *, release_while_muted: bool = False) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
            release_while_muted: whether the device is let go while one is muted, so that other
                programs and the system see that nobody listens. Unmuting takes a moment then.
        """
        self._name = name
        self._releases = release_while_muted
        self._is_open = False
        """Whether one may be heard."""
        self._needed = asyncio.Event()
        """Whether the device is to be held open."""
        self._on_notice: Callable[[str], None] = lambda sentence: None
        self._kept: KeptDevice[Microphone] | None = None
        self._closed = False
        self._look_whether_needed()

    async def open(self) -> None:
        """Open it: from now on it hears, although nothing is sent before it is unmuted.

        Raises:
            DeviceError: there is none; the sentence says what to do.
        """
        from tui_rooms.audio.devices import open_microphone
        from tui_rooms.client.kept_device import KeptDevice

        if self._kept is None:
            self._kept = KeptDevice("microphone", self._name, open_microphone)
            self._kept.on_notice = self._on_notice
        await self._kept.open()
        if not self._needed.is_set():
            await self._kept.close()  # it is there: that was all to be known by now

    async def frames(self) -> AsyncIterator[Frame]:
        """What it hears from now on; nothing while there is no device."""
        if self._kept is not None and self._kept.device is not None:
            while self._kept.device.read() is not None:
                pass  # said before anyone was to hear it
        while not self._closed and self._kept is not None:
            if not self._needed.is_set():
                await self._kept.close()
                await self._needed.wait()
            if not self._kept.is_open:
                self._kept.reopen()
            microphone = self._kept.look()
            frame = None if microphone is None else microphone.read()
            if frame is None:
                await asyncio.sleep(max(POLL, microphone.due() if microphone else 0.0))
            else:
                yield frame

    def choose(self, name: str | None) -> None:
        """Use another microphone from now on; None for the system's default."""
        self._name = name
        if self._kept is not None:
            self._kept.choose(name)

    def release_while_muted(self, *, releases: bool) -> None:
        """Let the device go while muted, or keep it, from now on."""
        self._releases = releases
        self._look_whether_needed()

    def tell(self, on_notice: Callable[[str], None]) -> None:
        """Say to whom sentences about the device go."""
        self._on_notice = on_notice
        if self._kept is not None:
            self._kept.on_notice = on_notice

    def set_open(self, *, is_open: bool) -> None:
        """Whether one is unmuted."""
        self._is_open = is_open
        self._look_whether_needed()

    @property
    def latency(self) -> float:
        """Seconds from the sound to its frame; 0 without a device."""
        device = self._kept.device if self._kept is not None else None
        return 0.0 if device is None else device.latency

    async def close(self) -> None:
        """Let it go."""
        self._closed = True
        self._needed.set()
        if self._kept is not None:
            await self._kept.close()

    def _look_whether_needed(self) -> None:
        if self._is_open or not self._releases:
            self._needed.set()
        elif not self._closed:
            self._needed.clear()


class DeviceSink:
    """A loudspeaker."""

    def __init__(self, name: str | None = None) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
        """
        self._name = name
        self._on_notice: Callable[[str], None] = lambda sentence: None
        self._kept: KeptDevice[Loudspeaker] | None = None
        self._closed = False

    async def open(self) -> None:
        """Open it; it plays silence until there is something to hear.

        Raises:
            DeviceError: there is none; the sentence says what to do.
        """
        from tui_rooms.audio.devices import open_loudspeaker
        from tui_rooms.client.kept_device import KeptDevice

        if self._kept is None:
            self._kept = KeptDevice("loudspeaker", self._name, open_loudspeaker)
            self._kept.on_notice = self._on_notice
        await self._kept.open()

    async def play(self, next_frame: NextFrame) -> None:
        """Keep its ring filled: the sound card's clock decides how often a frame is asked for.

        While there is no device, frames are asked for as time passes, and nobody hears them.
        """
        clock = asyncio.get_running_loop().time
        unheard_until = clock()
        while not self._closed and self._kept is not None:
            loudspeaker = self._kept.look()
            if loudspeaker is not None:
                for _ in range(loudspeaker.wanted()):
                    loudspeaker.write(next_frame(clock()))
                unheard_until = clock()
                await asyncio.sleep(max(POLL, loudspeaker.due()))
                continue
            if clock() - unheard_until >= FRAME_SECONDS:
                unheard_until += FRAME_SECONDS
                next_frame(clock())
            await asyncio.sleep(POLL)

    def choose(self, name: str | None) -> None:
        """Use another loudspeaker from now on; None for the system's default."""
        self._name = name
        if self._kept is not None:
            self._kept.choose(name)

    def tell(self, on_notice: Callable[[str], None]) -> None:
        """Say to whom sentences about the device go."""
        self._on_notice = on_notice
        if self._kept is not None:
            self._kept.on_notice = on_notice

    @property
    def latency(self) -> float:
        """Seconds from a frame to its sound; 0 without a device."""
        device = self._kept.device if self._kept is not None else None
        return 0.0 if device is None else device.latency

    @property
    def underruns(self) -> int:
        """Times that the sound of the device of now ran out."""
        device = self._kept.device if self._kept is not None else None
        return 0 if device is None else device.underruns

    async def close(self) -> None:
        """Let it go."""
        self._closed = True
        if self._kept is not None:
            await self._kept.close()
