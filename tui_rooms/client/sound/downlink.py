"""Others' sound on its way in: RTP of the slots → levels, RED → jitter buffers → frames."""

import math
from collections.abc import Container, Mapping
from typing import Final

from tui_rooms.audio.frames import FRAME
from tui_rooms.audio.mixer import Loud, at_volume
from tui_rooms.audio.receiving.receiver import IncomingStream
from tui_rooms.client.sound.counts import Counts
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.client.stats import StreamStatistics
from tui_rooms.rtc.red import split_red
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.rtc.rtp import CLOCK, OPUS_PT, RED_PT, RtpPacket, SequenceTracker, parse_rtp
from tui_rooms.wire.errors import ProtocolError

LOUD: Final = -30
"""dBov that count as talk also from senders that never set the flag for voice (RFC 6464 lets
them); below it, the sender knows its room's noise better than we do."""
ENOUGH: Final = 25
"""Packets that a report is about at least: one lost of the first three of a word is no 33 %."""

SILENT: Final = 2.0
"""Seconds without a packet after which a slot's last losses say nothing of now."""


class Slot:
    """One SSRC of the offer; who is behind it changes and is named in the CSRC."""

    def __init__(self) -> None:
        self.tracker = SequenceTracker()
        self.stream = IncomingStream()
        self.source: int | None = None
        """Whose voice it is (the CSRC), as of the last packet."""
        self.heard_at = -math.inf
        """When its last packet came."""
        self.packets = 0
        self.octets = 0
        """Of payload."""
        self.bitrate = 0
        """Bits of payload a second, as of the last `measure`."""
        self.gain = 1.0
        """Of the frame pulled last."""
        self._octets_before = 0

    def measure(self, seconds: float) -> None:
        """Take the bit rate since the last time, so many seconds ago."""
        self.bitrate = round((self.octets - self._octets_before) * 8 / seconds)
        self._octets_before = self.octets

    def counts(self) -> Counts:
        """Since the start."""
        heard = self.stream.statistics
        return Counts(
            packets=self.packets,
            expected=self.tracker.expected,
            lost=self.tracker.lost,
            repaired=heard.repaired,
            played=heard.played,
            held=heard.held,
            concealed=heard.concealed,
        )


class Downlink:
    """The slots of one media path."""

    def __init__(
        self, slots: tuple[int, ...], levels: LevelTable, volumes: Volumes | None = None
    ) -> None:
        """
        Args:
            slots: the SSRC of each; packets of others are dropped.
            levels: where everyone's level goes, whatever their volume.
            volumes: how loud whom; without it everyone as they are.
        """
        self.slots = {ssrc: Slot() for ssrc in slots}
        self.sources: Mapping[int, str] = {}
        """Identities by CSRC."""
        self.speakers: Container[str] | None = None
        """Identities of those who may be heard now, as the room says; None while nobody does."""
        self.listening = False
        """Whether anyone takes frames; levels are read all the same."""
        self._levels = levels
        self._volumes = volumes or Volumes()
        self._measured_at: float | None = None

    def on_rtp(self, data: bytes, now: float) -> None:
        """Take a packet as it came; a malformed one is dropped."""
        packet = parse_rtp(data)
        slot = self.slots.get(packet.ssrc) if packet is not None else None
        if packet is None or slot is None:
            return
        frames = _frames(packet)
        if not frames:
            return
        slot.heard_at = now
        slot.packets += 1
        slot.octets += len(packet.payload)
        slot.tracker.receive(packet.sequence, packet.timestamp, now)
        source = slot.source = packet.csrcs[0] if packet.csrcs else None
        identity = self._identity(source)
        if identity is not None and packet.level is not None:
            talking = bool(packet.voice) or packet.level >= LOUD
            self._levels.put(identity, packet.level, now, talking=talking)
        if self.listening:
            slot.stream.packet(frames, now, source)

    def samples(self, now: float) -> int:
        """How many to pull next: a frame, or fewer while nobody is heard, so that whoever begins to
        talk is pulled as soon as their time has come, and not up to 20 ms later."""
        quiet = FRAME
        for slot in self.slots.values():
            quiet = min(quiet, slot.stream.quiet(now))
            if not quiet:
                return FRAME
        return quiet

    def pull(self, now: float, samples: int = FRAME) -> list[Loud]:
        """The next 20 ms, or less, of each slot that has something to hear, at its speaker's
        volume."""
        heard = []
        for slot in self.slots.values():
            identity = self._identity(slot.source)
            slot.stream.muted = self._is_muted(identity)
            frame = slot.stream.pull(now, samples)
            before, slot.gain = slot.gain, self._volumes.gain(identity)
            if frame is not None and (before or slot.gain):
                heard.append(at_volume(frame, before, slot.gain))
        return heard

    def _is_muted(self, identity: str | None) -> bool:
        if identity is None or self.speakers is None:
            return False
        return identity not in self.speakers

    def _identity(self, source: int | None) -> str | None:
        return None if source is None else self.sources.get(source)

    @property
    def packets(self) -> int:
        """In all slots."""
        return sum(slot.packets for slot in self.slots.values())

    def measure(self, now: float) -> None:
        """Take the bit rates since the last time; about once a second."""
        if self._measured_at is not None and now > self._measured_at:
            for slot in self.slots.values():
                slot.measure(now - self._measured_at)
        self._measured_at = now

    def streams(self) -> tuple[StreamStatistics, ...]:
        """A look at each slot that was ever heard."""
        return tuple(self._stream(slot) for slot in self.slots.values() if slot.packets)

    def _stream(self, slot: Slot) -> StreamStatistics:
        counts = slot.counts()
        return StreamStatistics(
            identity=self._identity(slot.source),
            jitter_ms=slot.tracker.jitter / CLOCK * 1000,
            loss=counts.loss,
            loss_left=counts.loss_left,
            buffer_ms=slot.stream.delay * 1000,
            held_ms=counts.held_ms,
            concealed_share=counts.concealed_share,
            bitrate=slot.bitrate,
        )

    def interval_loss(self, now: float) -> float:
        """Share of packets lost since the last `reports`, 0 to 1, in the slots that are heard."""
        intervals = [
            slot.tracker.interval_loss()
            for slot in self.slots.values()
            if now - slot.heard_at < SILENT
        ]
        expected = sum(expected for expected, _ in intervals)
        lost = sum(max(0, lost) for _, lost in intervals)
        return lost / expected if expected > 0 else 0.0

    def reports(self, now: float) -> tuple[ReportBlock, ...]:
        """A report block for each slot that was heard enough since its last; begins a new interval
        of those."""
        return tuple(
            slot.tracker.report(ssrc, now)
            for ssrc, slot in self.slots.items()
            if slot.tracker.interval_loss()[0] >= ENOUGH
        )


def _frames(packet: RtpPacket) -> list[tuple[int, bytes, bool]]:
    """Timestamp, Opus payload, and whether it is a repetition; nothing for other payloads."""
    if packet.payload_type == OPUS_PT:
        return [(packet.timestamp, packet.payload, False)] if packet.payload else []
    if packet.payload_type != RED_PT:
        return []
    try:
        blocks = split_red(packet.payload)
    except ProtocolError:
        return []
    return [
        (
            (packet.timestamp - block.timestamp_offset) & 0xFFFF_FFFF,
            block.payload,
            index < len(blocks) - 1,
        )
        for index, block in enumerate(blocks)
        if block.payload_type == OPUS_PT and block.payload
    ]
