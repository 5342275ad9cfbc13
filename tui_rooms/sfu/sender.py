"""What the engine keeps of one who may send."""

import math
from typing import Final

from tui_rooms.rtc.red import primary_length
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.rtc.rtp import RED_PT, RtpPacket, SequenceTracker
from tui_rooms.sfu.activity import Activity

_LOSS_SECONDS: Final = 5.0
"""How long the uplink's loss is averaged, about as long as listeners' reports."""


class Sender:
    """One peer's stream to the engine: its numbers, its loss, its loudness."""

    def __init__(self, peer: str, source: int) -> None:
        self.peer = peer
        self.source = source
        """The number in the CSRC of the slots."""
        self.activity = Activity()
        self.uplink = 0.0
        """Share of packets lost on the way up, averaged over some seconds."""
        self.stream = 0
        """Grows whenever the sender's numbers begin anew."""
        self._ssrc: int | None = None
        self._tracker = SequenceTracker()
        self._reported_at: float | None = None

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
        passed = 1.0 if self._reported_at is None else now - self._reported_at
        self._reported_at = now
        share = -math.expm1(-passed / _LOSS_SECONDS)
        self.uplink += (max(0.0, lost / expected) - self.uplink) * share
        return self._tracker.report(self._ssrc, now)
