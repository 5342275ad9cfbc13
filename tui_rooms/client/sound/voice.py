"""The two ends of a client's sound: source → uplink, and slots → mixer → sink.

Each goes on over new media paths. An end that fails is switched off with a sentence, and the
room goes on without it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui_rooms.audio.errors import AudioFileError, CodecError, DeviceError, ProcessingError
from tui_rooms.audio.frames import FRAME, Frame, Samples
from tui_rooms.audio.mixer import Mixer
from tui_rooms.audio.processing import Processing, ProcessingOptions
from tui_rooms.client.sound.counts import Counts
from tui_rooms.client.sound.ends import FrameSink, FrameSource
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.path import MediaPath
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.client.stats import Statistics

logger = logging.getLogger(__name__)

End = TypeVar("End", FrameSource, FrameSink)


class Voice:
    """What one says and what one hears, in one room."""

    def __init__(
        self,
        levels: LevelTable,
        source: FrameSource | None,
        sink: FrameSink | None,
        on_notice: Callable[[str], None],
        processing: ProcessingOptions | bool = False,
    ) -> None:
        """
        Args:
            processing: what is done to the source's sound; True is all, False nothing.

        Raises:
            CodecError: there is no libopus.
        """
        self._on_notice = on_notice
        self._processing = self._make_processing(processing)
        self.uplink = Uplink(levels, self._clean if self._processing else None)
        self._mixer = Mixer()
        self._path: MediaPath | None = None
        self._hears = False
        self._connected = asyncio.Event()
        self._may_speak = asyncio.Event()
        self._opened = asyncio.Event()
        self._counts = Counts()
        """Of the paths before this one."""
        self._source, self._sink = source, sink
        self._tasks: list[asyncio.Task[None]] = []
        for end in (source, sink):
            tell = getattr(end, "tell", None)
            if tell is not None:
                tell(on_notice)
        if sink is not None:
            self._tasks.append(asyncio.create_task(self._guard("listening", self._listen, sink)))
        if source is not None:
            self._tasks.append(asyncio.create_task(self._guard("speaking", self._speak, source)))

    def set_microphone(self, identity: str, *, may_speak: bool, is_open: bool) -> None:
        """As `Media.set_microphone`."""
        self.uplink.identity = identity
        self.uplink.is_open = is_open
        tell = getattr(self._source, "set_microphone", None)
        if tell is not None:
            tell(may_speak=may_speak, is_open=is_open)
        if may_speak:
            self._may_speak.set()
        if is_open:
            self._opened.set()

    async def fallen_silent(self) -> None:
        """As `Uplink.fallen_silent`; without a path nobody listens."""
        if self._path is not None:
            await self.uplink.fallen_silent()

    def set_processing(self, options: ProcessingOptions) -> None:
        """Switch echo cancellation and the others on or off."""
        if self._processing is not None:
            self._processing.options = options

    def attach(self, path: MediaPath | None) -> None:
        """Speak and hear on this path from now on; None: on none."""
        if self._path is not None and path is not self._path:
            self._counts = Counts.total([self._counts, *_counts(self._path)])
        self._path = path
        if path is not None:
            path.downlink.listening = self._hears
            self._connected.set()

    def report_loss(self, uplink: float, downlink: float) -> None:
        """The server says how our packets fare: shares lost to it and from it, 0 to 1."""
        round_trip = self._path.reports.round_trip if self._path else None
        self.uplink.report(uplink, downlink, round_trip)

    def figures(self) -> Statistics:
        """The counters, without the link's."""
        path = self._path
        streams = path.downlink.streams() if path else ()
        counts = Counts.total([self._counts, *(_counts(path) if path else ())])
        round_trip = path.reports.round_trip if path else None
        return Statistics(
            media_round_trip_ms=None if round_trip is None else round_trip * 1000,
            jitter_ms=max((stream.jitter_ms for stream in streams), default=0.0),
            loss_in=path.reports.loss_in if path else 0.0,
            loss_left=counts.loss_left,
            loss_out=self.uplink.loss if path else 0.0,
            concealed=counts.concealed // FRAME,
            concealed_share=counts.concealed_share,
            buffer_ms=max((stream.buffer_ms for stream in streams), default=0.0),
            held_ms=counts.held_ms,
            packets_in=counts.packets,
            packets_out=self.uplink.all_packets,
            bitrate_in=sum(stream.bitrate for stream in streams),
            bitrate_out=self.uplink.bitrate_out if path else 0,
            voice_bitrate=self.uplink.bitrate,
            redundancy=self.uplink.redundancy.depth,
            underruns=getattr(self._sink, "underruns", 0),
            streams=streams,
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
        if not getattr(source, "hears_while_muted", False):
            await self._opened.wait()
            await self._connected.wait()
        await self.uplink.run(source)

    async def _guard(self, what: str, work: Callable[[End], Awaitable[None]], end: End) -> None:
        try:
            await work(end)
        except (DeviceError, AudioFileError, CodecError) as exc:
            self._on_notice(f"{what} off: {exc.sentence}")
        except Exception as unforeseen:
            # Whatever a sound library throws: the room goes on.
            logger.exception("%s failed", what)
            self._on_notice(f"{what} off: it failed unexpectedly ({type(unforeseen).__name__})")

    def _hear(self, hears: bool) -> None:
        self._hears = hears
        if self._path is not None:
            self._path.downlink.listening = hears

    def _next_frame(self, now: float) -> Samples:
        heard, samples = [], FRAME
        if self._path is not None:
            self._path.read()
            samples = self._path.downlink.samples(now)
            heard = self._path.downlink.pull(now, samples)
        frame = self._mixer.mix(heard, samples)
        if self._processing is not None and self.uplink.is_open:
            self._processing.played(frame)
        return frame

    def _clean(self, frame: Frame) -> Frame:
        if self._processing is None:
            return frame
        ends = (self._source, self._sink)
        return self._processing.captured(frame, sum(getattr(end, "latency", 0.0) for end in ends))

    def _make_processing(self, options: ProcessingOptions | bool) -> Processing | None:
        if options is False:
            return None
        try:
            return Processing(ProcessingOptions() if options is True else options)
        except ProcessingError as missing:
            self._on_notice(missing.sentence)
            return None


def _counts(path: MediaPath) -> list[Counts]:
    return [slot.counts() for slot in path.downlink.slots.values()]
