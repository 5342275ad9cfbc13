"""One's own sound on its way out: source → level → Opus → RED → RTP → the media path."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Final, Protocol

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, Frame, silence
from tui_rooms.audio.levels import SILENCE_DBOV, VoiceMeter
from tui_rooms.audio.opus.codec import DTX_BYTES, OpusEncoder
from tui_rooms.client.sound.bitrate import MOST, BitRate
from tui_rooms.client.sound.ends import FrameSource
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.redundancy import Redundancy
from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtp import CLOCK, RED_PT, RtpPacket

_32_BITS: Final = 0xFFFF_FFFF
_TAIL: Final = 2
"""Frames of silence after the last of a voice. The first brings what the encoder still holds,
6.5 ms; without the second, decoders make up 100 ms of a voice that is no more."""
_TAIL_LIMIT: Final = 0.25
"""Seconds that anybody waits for them."""
_LOSS_HOLDS: Final = 3
"""Times that is measured without a report, until the last one says nothing of now: none comes while
nothing is sent."""


class PacketSender(Protocol):
    """A media path, as far as the uplink needs it; `rtc.transport.MediaSession` is one."""

    @property
    def ssrc(self) -> int:
        """Of the packets that it sends."""

    async def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send a packet."""


class Uplink:
    """Goes on over new media paths; one frame is taken for each 20 ms, heard or not."""

    def __init__(self, levels: LevelTable, clean: Callable[[Frame], Frame] | None = None) -> None:
        """
        Args:
            levels: where one's own level goes.
            clean: what is done to each frame of an open microphone before it is measured.
        """
        self.identity = ""
        """Whose level the frames are."""
        self.is_open = False
        """Whether the microphone is open. While it is not, nothing of what it hears is encoded or
        sent; only silence that ends the last word cleanly."""
        self.redundancy = Redundancy()
        self.packets = 0
        """Sent on this path."""
        self.octets = 0
        """Of payload, sent on this path."""
        self.all_packets = 0
        """Sent on all paths."""
        self.bitrate_out = 0
        """Bits of payload a second, as of the last `measure`."""
        self.loss = 0.0
        """Share of ours lost on the way to listeners, as last reported; 0 a while after that."""
        self._unreported = 0
        """Times that was measured since the last report."""
        self._measured = (0.0, 0)
        """When, and the octets on all paths then."""
        self._all_octets = 0
        self._levels = levels
        self._clean = clean
        self._session: PacketSender | None = None
        self._encoder = OpusEncoder(MOST)
        self._bitrate = BitRate()
        self._red = RedEncoder(depth=1)
        self._meter = VoiceMeter()
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._timestamp_at = 0.0
        self._rested = True
        self._tail = 0
        """Frames of silence that have to follow, should nothing more be said now."""
        self._silent = asyncio.Event()
        """Whether none has to."""
        self._silent.set()

    def attach(self, session: PacketSender | None) -> None:
        """Send on this path from now on; None: on none."""
        self._session = session
        if session is None:
            self._rest()
        self._bitrate.forget_round_trips()
        self.packets = self.octets = 0

    def report(self, uplink: float, downlink: float, round_trip: float | None) -> None:
        """Follow what the server says about our packets.

        Args:
            uplink: share lost on the way to the server, 0 to 1.
            downlink: share lost on the way from it to listeners.
            round_trip: seconds to the server and back, None while unknown.
        """
        self.loss = max(uplink, downlink)
        self._unreported = 0
        depth = self.redundancy.report(uplink, downlink)
        self._red.depth = depth
        self._encoder.bitrate = self._bitrate.report(depth, uplink, round_trip)

    def measure(self, now: float) -> None:
        """Take the bit rate since the last time; about once a second."""
        self._unreported += 1
        if self._unreported > _LOSS_HOLDS:
            self.loss = 0.0
        before, octets = self._measured
        if now > before:
            self.bitrate_out = round((self._all_octets - octets) * 8 / (now - before))
        self._measured = (now, self._all_octets)

    @property
    def bitrate(self) -> int:
        """Bits a second that the encoder spends on a voice."""
        return self._encoder.bitrate

    async def run(self, source: FrameSource) -> None:
        """Send what the source says until it ends, also within a word."""
        loop = asyncio.get_running_loop()
        async for frame in source.frames():
            await self._take(frame, loop.time())
        while self._tail and self._session is not None:
            await asyncio.sleep(self._timestamp_at + FRAME_SECONDS - loop.time())
            self._pass_time(loop.time())
            await self._fall_silent(self._session)

    async def fallen_silent(self) -> None:
        """After the microphone was closed: wait until those who listen know that nothing follows,
        some hundredths of a second. Sound that is dropped before leaves them with a broken word."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TAIL_LIMIT):
                await self._silent.wait()

    def timestamp(self, now: float) -> int:
        """The RTP timestamp of the present moment, for sender reports."""
        elapsed = round((now - self._timestamp_at) * CLOCK)
        return (self._timestamp + elapsed) & _32_BITS

    async def _take(self, frame: Frame, now: float) -> None:
        self._pass_time(now)
        session = self._session
        if session is None:
            self._rest()
        elif self.is_open:
            await self._say(frame, session)
        elif self._tail:
            await self._fall_silent(session)
        else:
            self._rest()

    def _pass_time(self, now: float) -> None:
        # Timestamps go on through silence: receivers tell a pause from a loss by them.
        self._timestamp = (self._timestamp + FRAME) & _32_BITS
        self._timestamp_at = now

    def _rest(self) -> None:
        self._rested = True
        self._tail_is(0)

    def _tail_is(self, frames: int) -> None:
        self._tail = frames
        if frames:
            self._silent.clear()
        else:
            self._silent.set()

    async def _say(self, frame: Frame, session: PacketSender) -> None:
        if self._clean is not None:
            frame = self._clean(frame)
        level, talking = self._meter.push(frame)
        self._levels.put(self.identity, level, self._timestamp_at, talking=talking)
        payload = self._encoder.encode(frame)
        if len(payload) <= DTX_BYTES:
            self._rest()
            return
        # A lost packet is repaired by those after it.
        self._tail_is(_TAIL + self._red.depth)
        await self._send(payload, session, level=level, talking=talking)

    async def _fall_silent(self, session: PacketSender) -> None:
        payload = self._encoder.encode(silence())
        self._tail_is(self._tail - 1)
        if len(payload) > DTX_BYTES:
            await self._send(payload, session, level=SILENCE_DBOV, talking=False)

    async def _send(
        self, payload: bytes, session: PacketSender, *, level: int, talking: bool
    ) -> None:
        packet = RtpPacket(
            payload_type=RED_PT,
            sequence=self._sequence,
            timestamp=self._timestamp,
            ssrc=session.ssrc,
            payload=self._red.encode(self._timestamp, payload),
            # The first packet after silence: RFC 3551 §4.1.
            marker=self._rested,
            level=level,
            voice=talking,
        )
        self._rested = False
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        self.all_packets += 1
        self.octets += len(packet.payload)
        self._all_octets += len(packet.payload)
        await session.send_rtp(packet.serialize())
