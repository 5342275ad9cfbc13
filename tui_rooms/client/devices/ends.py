"""The machine's microphone and loudspeaker as a client's source and sink.

PortAudio's callbacks only copy to and from rings, and ring a bell; then the loop looks at the
rings.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from tui_rooms.audio.frames import FRAME_SECONDS, Frame
from tui_rooms.client.devices.bell import Bell
from tui_rooms.client.sound.ends import NextFrame

if TYPE_CHECKING:
    from tui_rooms.audio.cards.devices import Loudspeaker, Microphone
    from tui_rooms.audio.cards.naming import What
    from tui_rooms.client.devices.kept_device import KeptDevice, Open

D = TypeVar("D", "Loudspeaker", "Microphone")

LOOK: Final = 0.1
"""Seconds between two looks at a device that does not call."""
LINGERS: Final = 0.15
"""Seconds that a microphone is still held after it was muted: its frames pace the end of the last
word on its way out. Nothing of what it hears then is sent."""


class DeviceEnd(Generic[D]):
    """What microphone and loudspeaker have in common: a device that is kept open."""

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._on_notice: Callable[[str], None] = lambda sentence: None
        self._kept: KeptDevice[D] | None = None
        self._bell: Bell | None = None
        self._closed = False

    def choose(self, name: str | None) -> None:
        """Use another one from now on; None for the system's default."""
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
        """Seconds between the sound and its frame; 0 without a device."""
        device = self._kept.device if self._kept is not None else None
        return 0.0 if device is None else device.latency

    async def close(self) -> None:
        """Let it go."""
        self._closed = True
        if self._kept is not None:
            await self._kept.close()

    def _keep(self, what: "What", open_device: "Callable[[Bell], Open[D]]") -> "KeptDevice[D]":
        """The device from now on; it is not opened yet. It belongs to the running loop."""
        from tui_rooms.client.devices.kept_device import KeptDevice

        if self._kept is None:
            self._bell = Bell()
            self._kept = KeptDevice(what, self._name, open_device(self._bell))
            self._kept.on_notice = self._on_notice
        return self._kept


class DeviceSource(DeviceEnd["Microphone"]):
    """A microphone."""

    def __init__(self, name: str | None = None, *, release_while_muted: bool = False) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
            release_while_muted: whether the device is let go while one is muted, so that other
                programs and the system see that nobody listens. Unmuting takes a moment then.
        """
        super().__init__(name)
        self._releases = release_while_muted
        self._may_speak = True
        self._is_open = False
        """Whether one is unmuted."""
        self._needed = asyncio.Event()
        """Whether the device is to be held open."""
        self._held_until = 0.0
        """When it may be let go, while it is not."""
        self._look_whether_needed()

    hears_while_muted = True
    """Whoever talks while muted can be told; nothing of it is encoded, or leaves this process."""

    async def open(self) -> None:
        """Open it, unless it is to be let go for now: from now on it hears, although nothing is
        sent before it is unmuted.

        Raises:
            DeviceError: there is none; the sentence says what to do.
        """
        from tui_rooms.audio.cards.devices import open_microphone

        kept = self._keep("microphone", lambda bell: partial(open_microphone, on_ready=bell.ring))
        if self._needed.is_set():
            await kept.open()

    async def frames(self) -> AsyncIterator[Frame]:
        """What it hears from now on; nothing while there is no device."""
        if self._kept is not None and self._kept.device is not None:
            while self._kept.device.read() is not None:
                pass  # said before anyone was to hear it
        while not self._closed and self._kept is not None and self._bell is not None:
            if not self._needed.is_set() and time.monotonic() >= self._held_until:
                await self._kept.close()
                await self._needed.wait()
                continue  # it may be closed for good by now
            if not self._kept.is_open:
                self._kept.reopen()
            microphone = self._kept.look()
            frame = None if microphone is None else microphone.read()
            if frame is None:
                await self._bell.wait(LOOK)
            else:
                yield frame

    def release_while_muted(self, *, releases: bool) -> None:
        """Let the device go while muted, or keep it, from now on."""
        self._releases = releases
        self._look_whether_needed()

    def set_microphone(self, *, may_speak: bool, is_open: bool) -> None:
        """Whether one may speak at all, and whether one is unmuted. Who may not is not listened
        to."""
        self._may_speak = may_speak
        self._is_open = is_open
        self._look_whether_needed()

    async def close(self) -> None:
        """Let it go."""
        self._needed.set()
        await super().close()

    def _look_whether_needed(self) -> None:
        if self._is_open or (self._may_speak and not self._releases):
            self._needed.set()
        elif not self._closed:
            if self._needed.is_set() and self._may_speak:
                self._held_until = time.monotonic() + LINGERS
            self._needed.clear()


class DeviceSink(DeviceEnd["Loudspeaker"]):
    """A loudspeaker."""

    def __init__(self, name: str | None = None) -> None:
        """
        Args:
            name: as `tui-rooms devices` lists it; None for the system's default.
        """
        super().__init__(name)
        self._used: Loudspeaker | None = None
        """The one that was written to last."""
        self._underruns_before = 0
        """Of those before it."""

    async def open(self) -> None:
        """Open it; it plays silence until there is something to hear.

        Raises:
            DeviceError: there is none; the sentence says what to do.
        """
        from tui_rooms.audio.cards.devices import open_loudspeaker

        kept = self._keep("loudspeaker", lambda bell: partial(open_loudspeaker, on_ready=bell.ring))
        await kept.open()

    async def play(self, next_frame: NextFrame) -> None:
        """Keep its ring filled: the sound card's clock decides how often a frame is asked for.

        While there is no device, frames are asked for as time passes, and nobody hears them.
        """
        clock = asyncio.get_running_loop().time
        unheard_until = clock()
        while not self._closed and self._kept is not None and self._bell is not None:
            loudspeaker = self._kept.look()
            if loudspeaker is not None:
                self._use(loudspeaker)
                while loudspeaker.wanted():
                    loudspeaker.write(next_frame(clock()))
                unheard_until = clock()
            elif clock() - unheard_until >= FRAME_SECONDS:
                unheard_until += FRAME_SECONDS
                next_frame(clock())
            await self._bell.wait(LOOK if loudspeaker is not None else FRAME_SECONDS / 4)

    @property
    def underruns(self) -> int:
        """Times that the sound ran out, on all devices."""
        return self._underruns_before + (self._used.underruns if self._used is not None else 0)

    def _use(self, loudspeaker: "Loudspeaker") -> None:
        if loudspeaker is not self._used:
            self._underruns_before = self.underruns
            self._used = loudspeaker
