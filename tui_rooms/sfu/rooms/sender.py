"""What the engine keeps of one who may send."""

from collections import deque
from typing import Final

from tui_rooms.rtc.red import primary_length
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.rtc.rtp import CLOCK, RED_PT, RtpPacket, SequenceTracker
from tui_rooms.sfu.rooms.activity import Activity

_INTERVALS: Final = 2
"""Of the engine's reports over which the uplink's loss is taken: senders follow within seconds."""
ENOUGH: Final = 25
"""Packets; of fewer, a lost one counts as one of so many: the first word after a pause."""


class Sender:
    """One peer's stream to the engine: its numbers, its loss, its loudness."""

    def __init__(self, peer: str, source: int) -> None:
        self.peer = peer
        self.source = source
        """The number in the CSRC of the slots."""
        self.activity = Activity()
        self.uplink = 0.0
        """Share of packets lost on the way up, over the last `_INTERVALS` reports."""
        self.interval = (0, 0)
        """Packets expected and lost between the last two reports; late ones count below zero."""
        self.stream = 0
        """Grows whenever the sender's numbers begin anew."""
        self._ssrc: int | None = None
        self._tracker = SequenceTracker()
        self._intervals: deque[tuple[int, int]] = deque(maxlen=_INTERVALS)
        """(expected, lost)."""

    def receive(self, packet: RtpPacket, now: float) -> int | None:
        """Count a packet of sound.

        Returns:
            Its extended sequence number; None when it is not to be forwarded: malformed RED.
        """
        frame_bytes: int | None = len(packet.payload)
        if packet.payload_type == RED_PT:
            frame_bytes = primary_length(packet.payload)
        if frame_bytes is None:
            return None
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self._tracker = SequenceTracker()
            self.stream += 1
        restarts = self._tracker.restarts
        sequence = self._tracker.receive(packet.sequence, packet.timestamp, now)
        if self._tracker.restarts != restarts:
            self.stream += 1
        self.activity.packet(packet.level, frame_bytes, now)
        return sequence

    @property
    def jitter_ms(self) -> float:
        """Of its way to the engine, RFC 3550 §6.4.1."""
        return self._tracker.jitter / CLOCK * 1000

    def sender_report(self, ssrc: int, ntp_middle: int, now: float) -> None:
        """Note the client's own report, for its round trip."""
        if ssrc == self._ssrc:
            self._tracker.sender_report(ntp_middle, now)

    def report(self, now: float) -> ReportBlock | None:
        """A report block for the sender; None when it has sent nothing since the last one."""
        if self._ssrc is None:
            return None
        expected, lost = self._tracker.interval_loss()
        if expected <= 0:
            return None
        self.interval = expected, lost
        self._intervals.append((expected, max(0, lost)))
        expected, lost = (sum(counts) for counts in zip(*self._intervals, strict=True))
        self.uplink = lost / max(expected, ENOUGH)
        return self._tracker.report(self._ssrc, now)
