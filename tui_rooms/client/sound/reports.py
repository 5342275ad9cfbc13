"""RTCP of one media path: once a second out, whatever comes in."""

import time

from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.rtc.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    ntp_middle,
    ntp_time,
    parse_rtcp,
    round_trip,
    serialize_rtcp,
)
from tui_rooms.wire.errors import ProtocolError


class Reports:
    """Tells the engine how its packets arrive, and learns how ours do."""

    def __init__(
        self, ssrc: int, cname: str, uplink: Uplink, downlink: Downlink, now: float
    ) -> None:
        self.round_trip: float | None = None
        """Seconds to the engine and back; None until it has reported on ours."""
        self.loss_in = 0.0
        """Share lost over the last interval."""
        self._ssrc = ssrc
        self._cname = cname
        self._uplink = uplink
        self._downlink = downlink
        self._told = 0
        # One look at the wall clock: a step of it must not look like a long way.
        self._wall = time.time() - now

    def build(self, now: float) -> bytes:
        """The compound packet for this second."""
        self.loss_in = self._downlink.interval_loss(now)
        self._downlink.measure(now)
        self._uplink.measure(now)
        blocks = self._downlink.reports(now)
        description = SourceDescription(((self._ssrc, self._cname),))
        sent, self._told = self._uplink.packets - self._told, self._uplink.packets
        if not sent:
            return serialize_rtcp([ReceiverReport(self._ssrc, blocks), description])
        report = SenderReport(
            ssrc=self._ssrc,
            ntp=ntp_time(self._wall + now),
            timestamp=self._uplink.timestamp(now),
            packets=self._uplink.packets,
            octets=self._uplink.octets,
            reports=blocks,
        )
        return serialize_rtcp([report, description])

    def on_rtcp(self, data: bytes, now: float) -> None:
        """Take a compound packet as it came; a malformed one is dropped."""
        try:
            packets = parse_rtcp(data)
        except ProtocolError:
            return
        for packet in packets:
            if isinstance(packet, SenderReport) and packet.ssrc in self._downlink.slots:
                tracker = self._downlink.slots[packet.ssrc].tracker
                tracker.sender_report(ntp_middle(packet.ntp), now)
            if isinstance(packet, SenderReport | ReceiverReport):
                for block in packet.reports:
                    self._on_block(block, now)

    def _on_block(self, block: ReportBlock, now: float) -> None:
        if block.ssrc == self._ssrc:
            measured = round_trip(block, ntp_time(self._wall + now))
            self.round_trip = self.round_trip if measured is None else measured
