"""The two ends of a client's sound: source → uplink, and slots → mixer → sink.

Each goes on over new media paths. An end that fails is switched off with a sentence, and the
room goes on without it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tui_rooms.audio.errors import AudioFileError, CodecError, DeviceError
from tui_rooms.audio.frames import FRAME, Frame
from tui_rooms.audio.mixer import Mixer
from tui_rooms.client.levels import LevelTable
from tui_rooms.client.path import MediaPath
from tui_rooms.client.sound import FrameSink, FrameSource
from tui_rooms.client.stats import Statistics
from tui_rooms.client.uplink import Uplink

logger = logging.getLogger(__name__)


class Voice:
    """What one says and what one hears, in one room."""

    def __init__(
        self,
        levels: LevelTable,
        source: FrameSource | None,
        sink: FrameSink | None,
        on_notice: Callable[[str], None],
    ) -> None:
        """
        Raises:
            CodecError: there is no libopus.
        """
        self.uplink = Uplink(levels)
        self._mixer = Mixer()
        self._path: MediaPath | None = None
        self._on_notice = on_notice
        self._hears = False
        self._connected = asyncio.Event()
        self._may_speak = asyncio.Event()
        self._opened = asyncio.Event()
        self._concealed = 0
        self._packets_in = 0
        self._tasks: list[asyncio.Task[None]] = []
        if sink is not None:
            self._tasks.append(asyncio.create_task(self._guard("listening", self._listen(sink))))
        if source is not None:
            self._tasks.append(asyncio.create_task(self._guard("speaking", self._speak(source))))

    def set_microphone(self, identity: str, *, may_speak: bool, is_open: bool) -> None:
        """As `Media.set_microphone`."""
        self.uplink.identity = identity
        self.uplink.is_open = is_open
        if may_speak:
            self._may_speak.set()
        if is_open:
            self._opened.set()

    def attach(self, path: MediaPath | None) -> None:
        """Speak and hear on this path from now on; None: on none."""
        if self._path is not None and path is not self._path:
            self._concealed += _concealed(self._path)
            self._packets_in += self._path.downlink.packets
        self._path = path
        if path is not None:
            path.downlink.listening = self._hears
            self._connected.set()

    def figures(self, *, loss_out: float) -> Statistics:
        """The counters, without the link's."""
        path = self._path
        if path is None:
            return Statistics(
                concealed=self._concealed // FRAME,
                packets_in=self._packets_in,
                packets_out=self.uplink.all_packets,
                redundancy=self.uplink.redundancy.depth,
            )
        round_trip = path.reports.round_trip
        return Statistics(
            media_round_trip_ms=None if round_trip is None else round_trip * 1000,
            loss_in=path.reports.loss_in,
            loss_out=loss_out,
            concealed=(self._concealed + _concealed(path)) // FRAME,
            buffer_ms=max((s.stream.delay for s in path.downlink.slots.values()), default=0) * 1000,
            packets_in=self._packets_in + path.downlink.packets,
            packets_out=self.uplink.all_packets,
            redundancy=self.uplink.redundancy.depth,
        )

    async def close(self) -> None:
        """Stop both ends; they are closed by whoever owns them."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _listen(self, sink: FrameSink) -> None:
        await sink.open()
        await self._connected.wait()
        self._hear(True)
        try:
            await sink.play(self._next_frame)
        finally:
            self._hear(False)

    async def _speak(self, source: FrameSource) -> None:
        await self._may_speak.wait()
        await source.open()
        await self._opened.wait()
        await self._connected.wait()
        await self.uplink.run(source)

    async def _guard(self, what: str, end: Awaitable[None]) -> None:
        try:
            await end
        except (DeviceError, AudioFileError, CodecError) as exc:
            self._on_notice(f"{what} off: {exc.sentence}")
        except Exception:
            # Whatever a sound library throws: the room goes on.
            logger.exception("%s failed", what)
            self._on_notice(f"{what} off: it failed unexpectedly; the log has more")

    def _hear(self, hears: bool) -> None:
        self._hears = hears
        if self._path is not None:
            self._path.downlink.listening = hears

    def _next_frame(self, now: float) -> Frame:
        return self._mixer.mix(self._path.downlink.pull(now) if self._path else [])


def _concealed(path: MediaPath) -> int:
    return sum(slot.stream.statistics.concealed for slot in path.downlink.slots.values())
