"""Others' sound on its way in: RTP of the slots → levels, RED → jitter buffers → frames."""

from collections.abc import Mapping
from typing import Final

from tui_rooms.audio.frames import Frame
from tui_rooms.audio.receiver import IncomingStream
from tui_rooms.client.levels import LevelTable
from tui_rooms.rtc.red import split_red
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT, RtpPacket, SequenceTracker, parse_rtp
from tui_rooms.wire.errors import ProtocolError

LOUD: Final = -30
"""dBov that count as talk also from senders that never set the flag for voice (RFC 6464 lets
them); below it, the sender knows its room's noise better than we do."""


class Slot:
    """One SSRC of the offer; who is behind it changes and is named in the CSRC."""

    def __init__(self) -> None:
        self.tracker = SequenceTracker()
        self.stream = IncomingStream()


class Downlink:
    """The slots of one media path."""

    def __init__(self, slots: tuple[int, ...], levels: LevelTable) -> None:
        """
        Args:
            slots: the SSRC of each; packets of others are dropped.
        """
        self.slots = {ssrc: Slot() for ssrc in slots}
        self.sources: Mapping[int, str] = {}
        """Identities by CSRC."""
        self.listening = False
        """Whether anyone takes frames; levels are read all the same."""
        self.packets = 0
        self._levels = levels

    def on_rtp(self, data: bytes, now: float) -> None:
        """Take a packet as it came; a malformed one is dropped."""
        packet = parse_rtp(data)
        slot = self.slots.get(packet.ssrc) if packet is not None else None
        if packet is None or slot is None:
            return
        frames = _frames(packet)
        if not frames:
            return
        self.packets += 1
        slot.tracker.receive(packet.sequence, packet.timestamp, now)
        source = packet.csrcs[0] if packet.csrcs else None
        identity = self.sources.get(source) if source is not None else None
        if identity is not None and packet.level is not None:
            talking = bool(packet.voice) or packet.level >= LOUD
            self._levels.put(identity, packet.level, now, talking=talking)
        if self.listening:
            slot.stream.packet(frames, now, source)

    def pull(self, now: float) -> list[Frame]:
        """The next 20 ms of each slot that has something to hear."""
        return [
            frame for slot in self.slots.values() if (frame := slot.stream.pull(now)) is not None
        ]

    def interval_loss(self) -> float:
        """Share of packets lost since the last `reports`, 0 to 1."""
        intervals = [slot.tracker.interval_loss() for slot in self.slots.values()]
        expected = sum(expected for expected, _ in intervals)
        lost = sum(max(0, lost) for _, lost in intervals)
        return lost / expected if expected > 0 else 0.0

    def reports(self, now: float) -> tuple[ReportBlock, ...]:
        """A report block for each slot that was ever heard; begins a new interval."""
        return tuple(
            slot.tracker.report(ssrc, now)
            for ssrc, slot in self.slots.items()
            if slot.tracker.expected
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
