"""A microphone or loudspeaker that is kept open, whatever is unplugged, plugged in or chosen.

Where the wanted device is not there the system's default takes its place, and it is said so; when
it is back it is used again. PortAudio's calls may take long, so they happen beside the loop.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, Protocol, TypeVar

from tui_rooms.audio.cards import portaudio
from tui_rooms.audio.cards.listing import DeviceInfo
from tui_rooms.audio.cards.naming import What, chosen
from tui_rooms.audio.cards.stream import LATENCIES
from tui_rooms.audio.errors import DeviceError
from tui_rooms.client.devices.scan import scan

logger = logging.getLogger(__name__)

_AGAIN: Final = 1.0
"""Seconds between two tries while there is no device at all."""
_LOOK: Final = 0.1
"""Seconds between two looks at the one that is used."""
_BACK: Final = 3.0
"""Seconds between two looks for the wanted device, while another takes its place."""
_DEFAULT: Final = 30.0
"""Seconds between two looks for the system's default, where nobody else follows it: each takes a
process."""
_FOLLOWS: Final = sys.platform == "linux"
"""Whether the sound server itself follows the system's default."""
_RESCAN: Final = 1.0
"""Seconds to wait for the other end to close, so that PortAudio can look again."""


D_co = TypeVar("D_co", covariant=True)


class Device(Protocol):
    """What `audio.devices` opens."""

    device: DeviceInfo

    @property
    def running(self) -> bool:
        """False once it has gone away."""

    @property
    def stalled(self) -> bool:
        """Whether it has not called for a while."""

    @property
    def strained(self) -> bool:
        """Whether it needs more latency than it was opened with."""

    @property
    def latency(self) -> float:
        """Seconds between a sample here and at the device's end."""

    def close(self) -> None:
        """Let it go."""


class Open(Protocol[D_co]):
    """How a device of that name is opened; None for the system's default."""

    def __call__(self, name: str | None, *, latency: float) -> D_co:
        """Blocks; raises `DeviceError`."""


D = TypeVar("D", bound=Device)


class KeptDevice(Generic[D]):
    """Used on one loop."""

    def __init__(self, what: What, name: str | None, open_device: Open[D]) -> None:
        """
        Args:
            what: it is.
            name: what the wanted one is called; None for the system's default.
            open_device: opens a device of that name, with that latency.
        """
        self.on_notice: Callable[[str], None] = lambda sentence: None
        """Takes what people should know of a change."""
        self.device: D | None = None
        """None while there is none, or one is being opened."""
        self._stands_in = False
        """Whether another one is used than the wanted one."""
        self._what = what
        self._wanted = name
        self._open = open_device
        self._latencies = list(LATENCIES)
        """The first one is used; the others are there when it proves too short."""
        self._work: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._next_check = 0.0
        self._next_look = 0.0
        """For the wanted device."""

    async def open(self) -> None:
        """Open it, or what takes its place; more than once changes nothing.

        Raises:
            DeviceError: there is none at all; the sentence says what to do.
        """
        if self.device is None and self._work is None:
            self.device = await self._any()

    def choose(self, name: str | None) -> None:
        """Use another device from now on, or once it is opened; None for the system's default."""
        if name != self._wanted:
            self._wanted = name
            if self.is_open:
                self._begin(self._exchange())

    @property
    def is_open(self) -> bool:
        """Whether it is open, or work is going on to open it."""
        return self.device is not None or self._work is not None

    def reopen(self) -> None:
        """Open it again after `close`; `look` gives it when it is there."""
        self._begin(self._again())

    def look(self) -> D | None:
        """The device to use now; to be asked often. Begins what has to be done about it."""
        now = self._loop.time()
        if self._work is not None or now < self._next_check:
            return self.device
        self._next_check = now + _LOOK
        if portaudio.rescan_wanted():
            self._begin(self._again())
        elif self.device is not None and not self._is_well(self.device):
            self.on_notice(f'the {self._what} "{self._called(self.device)}" no longer answers')
            self._begin(self._again())
        elif self.device is not None and self.device.strained and len(self._latencies) > 1:
            self._begin(self._ease(self.device))
        elif now > self._next_look and self._may_be_better():
            self._next_look = now + (_DEFAULT if self._wanted is None else _BACK)
            self._begin(self._look_for_better())
        return self.device

    async def close(self) -> None:
        """Let it go; more than once changes nothing."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])
        await self._use(None)

    def _is_well(self, device: D) -> bool:
        return device.running and not device.stalled

    def _called(self, device: D) -> str:
        return device.device.called(self._what)

    def _may_be_better(self) -> bool:
        if self.device is None:
            return False
        return self._stands_in or (self._wanted is None and not _FOLLOWS)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._work is not None:
            self._work.cancel()
        self._work = asyncio.create_task(work)
        self._work.add_done_callback(self._ended)

    def _ended(self, work: "asyncio.Task[None]") -> None:
        if self._work is work:
            self._work = None

    async def _again(self) -> None:
        """Close what is open, and open until something is."""
        await self._use(None)
        await self._until_rescan_is_possible()
        complained = False
        while True:
            try:
                self.device = await self._any()
                return
            except DeviceError as error:
                if not complained:
                    self.on_notice(f"{error.sentence}; looking for one")
                complained = True
            await asyncio.sleep(_AGAIN)

    async def _exchange(self) -> None:
        """Open the one that was chosen, beside the old one: there is no gap."""
        try:
            opened = await self._opened(self._wanted)
        except DeviceError as error:
            if await self._came_since(error):
                portaudio.ask_for_rescan()  # `look` sees to it
                return
            self.on_notice(error.sentence)
            self._stands_in = self._wanted is not None
            if self.device is None:
                await self._again()
            return
        self._stands_in = False
        await self._use(opened)

    async def _ease(self, strained: D) -> None:
        """Open it with more latency; beside the old one, if it lets itself be opened twice."""
        self._latencies.pop(0)
        logger.info("the %s is given %g ms", self._what, self._latencies[0] * 1000)
        try:
            self.device = await self._opened(self._called(strained))
        except DeviceError:
            await self._again()
        else:
            try:
                # What it still holds is played meanwhile: the new one is not heard any sooner.
                await asyncio.sleep(strained.latency)
            finally:
                await _close(strained)

    async def _look_for_better(self) -> None:
        """Return to the wanted device if it is there again, or follow the system's default."""
        if self._wanted is None:
            if await self._default_is_another():
                portaudio.ask_for_rescan()  # `look` sees to it
            return
        try:
            wanted = await self._opened(self._wanted)
        except DeviceError as error:
            if await self._came_since(error):
                portaudio.ask_for_rescan()
            return
        self._stands_in = False
        await self._use(wanted)
        self.on_notice(f'the {self._what} "{self._called(wanted)}" is back')

    async def _default_is_another(self) -> bool:
        devices = await asyncio.to_thread(scan)
        used = self._called(self.device) if self.device is not None else None
        hears = self._what == "microphone"
        defaults = [
            device.called(self._what)
            for device in devices
            if (device.default_input if hears else device.default_output)
        ]
        return bool(defaults) and used not in defaults

    async def _came_since(self, error: DeviceError) -> bool:
        """Whether the wanted device is there: PortAudio's own list is as old as its start."""
        if error.code != "no-device" or self._wanted is None:
            return False
        devices = await asyncio.to_thread(scan)
        fitting = [device for device in devices if device.called(self._what)]
        return chosen(fitting, self._what, self._wanted) is not None

    async def _any(self) -> D:
        try:
            wanted = await self._opened(self._wanted)
        except DeviceError as missing:
            if self._wanted is None:
                raise
            other = await self._opened(None)
            self._stands_in = True
            called = self._called(other)
            self.on_notice(f'{missing.sentence}. Until it is back, "{called}" is used')
            return other
        self._stands_in = False
        return wanted

    async def _opened(self, name: str | None) -> D:
        opening = asyncio.create_task(
            asyncio.to_thread(self._open, name, latency=self._latencies[0])
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread goes on; what it opens must not stay open.
            opening.add_done_callback(_close_result)
            raise

    async def _use(self, device: D | None) -> None:
        """From now on that one, which is ours whatever happens meanwhile; close the one before."""
        before, self.device = self.device, device
        if before is not None:
            await _close(before)

    async def _until_rescan_is_possible(self) -> None:
        until = asyncio.get_running_loop().time() + _RESCAN
        while portaudio.rescan_wanted() and portaudio.streams_open():
            if asyncio.get_running_loop().time() > until:
                portaudio.give_up_rescan()
                return
            await asyncio.sleep(0.01)


def _close(device: Device) -> "asyncio.Future[None]":
    """Begin to close it, beside the loop; whoever waits for the end may be cancelled."""
    return asyncio.shield(asyncio.get_running_loop().run_in_executor(None, device.close))


def _close_result(opening: "asyncio.Task[D]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        _close(opening.result())
