"""One's own sound on its way out: source → level → Opus → RED → RTP → the media path."""

import asyncio
import secrets
from typing import Final, Protocol

from tui_rooms.audio.frames import FRAME, Frame
from tui_rooms.audio.levels import VoiceMeter
from tui_rooms.audio.opus import DTX_BYTES, OpusEncoder
from tui_rooms.client.levels import LevelTable
from tui_rooms.client.redundancy import Redundancy
from tui_rooms.client.sound import FrameSource
from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtp import CLOCK, RED_PT, RtpPacket

_32_BITS: Final = 0xFFFF_FFFF


class PacketSender(Protocol):
    """A media path, as far as the uplink needs it; `rtc.transport.MediaSession` is one."""

    @property
    def ssrc(self) -> int:
        """Of the packets that it sends."""

    async def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send a packet."""


class Uplink:
    """Goes on over new media paths; one frame is taken for each 20 ms, heard or not."""

    def __init__(self, levels: LevelTable) -> None:
        self.identity = ""
        """Whose level the frames are."""
        self.is_open = False
        """Whether the microphone is open. While it is not, nothing is encoded or sent."""
        self.redundancy = Redundancy()
        self.packets = 0
        """Sent on this path."""
        self.octets = 0
        """Of payload, sent on this path."""
        self.all_packets = 0
        """Sent on all paths."""
        self._levels = levels
        self._session: PacketSender | None = None
        self._encoder = OpusEncoder()
        self._red = RedEncoder(depth=1)
        self._meter = VoiceMeter()
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._timestamp_at = 0.0
        self._rested = True

    def attach(self, session: PacketSender | None) -> None:
        """Send on this path from now on; None: on none."""
        self._session = session
        self.packets = self.octets = 0

    async def run(self, source: FrameSource) -> None:
        """Send what the source says until it ends."""
        loop = asyncio.get_running_loop()
        async for frame in source.frames():
            await self._take(frame, loop.time())

    def timestamp(self, now: float) -> int:
        """The RTP timestamp of the present moment, for sender reports."""
        elapsed = round((now - self._timestamp_at) * CLOCK)
        return (self._timestamp + elapsed) & _32_BITS

    async def _take(self, frame: Frame, now: float) -> None:
        # Timestamps go on through silence: receivers tell a pause from a loss by them.
        self._timestamp = (self._timestamp + FRAME) & _32_BITS
        self._timestamp_at = now
        level, talking = self._meter.push(frame)
        session = self._session
        if not self.is_open or session is None:
            self._rested = True
            return
        self._levels.put(self.identity, level, now, talking=talking)
        payload = self._encoder.encode(frame)
        if len(payload) <= DTX_BYTES:
            self._rested = True
            return
        self._red.depth = self.redundancy.depth
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
        await session.send_rtp(packet.serialize())
