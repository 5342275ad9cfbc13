"""RTCP of one media path."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.frames import FRAME
from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.reports import Reports
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.rtc.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    ntp_middle,
    ntp_time,
    parse_rtcp,
    serialize_rtcp,
)
from tui_rooms.rtc.rtp import OPUS_PT, RtpPacket

OURS, SLOT = 4711, 1001


@pytest.fixture
def downlink():
    return Downlink((SLOT,), LevelTable())


@pytest.fixture
def uplink():
    return Uplink(LevelTable())


def test_who_only_listens_sends_receiver_reports(uplink, downlink):
    """One block for each slot that was heard, and the canonical name."""
    reports = Reports(OURS, "name", uplink, downlink, now=50.0)
    assert parse_rtcp(reports.build(51.0)) == [
        ReceiverReport(OURS),
        SourceDescription(((OURS, "name"),)),
    ]
    for sequence in [*range(30), *range(40, 50)]:
        packet = RtpPacket(OPUS_PT, sequence, sequence * FRAME, SLOT, b"xxx")
        downlink.on_rtp(packet.serialize(), 51.0 + sequence * 0.02)
    report = parse_rtcp(reports.build(52.0))[0]
    assert isinstance(report, ReceiverReport)
    (block,) = report.reports
    assert (block.ssrc, block.lost, block.fraction_lost) == (SLOT, 10, 51)
    assert reports.loss_in == pytest.approx(0.2)


async def test_who_speaks_sends_sender_reports(uplink, downlink):
    """Packets, payload bytes and a timestamp that belongs to the same moment as the NTP time."""

    class Path:
        ssrc = OURS
        sent = 0

        async def send_rtp(self, packet):
            self.sent += len(packet)

    reports = Reports(OURS, "name", uplink, downlink, now=50.0)
    uplink.is_open = True
    uplink.attach(Path())
    noise = np.random.default_rng(1).integers(-9000, 9000, FRAME).astype(np.int16)
    for number in range(10):
        await uplink._take(noise, 50.0 + number * 0.02)
    report = parse_rtcp(reports.build(50.2))[0]
    assert isinstance(report, SenderReport)
    assert (report.ssrc, report.packets) == (OURS, 10)
    assert report.octets == uplink.octets > 100
    # 20 ms after the tenth frame: where the eleventh would be.
    assert report.timestamp == uplink.timestamp(50.18) + FRAME
    assert isinstance(parse_rtcp(reports.build(51.2))[0], ReceiverReport)


def test_the_round_trip_is_measured_by_reports_on_ours(uplink, downlink):
    """RFC 3550: now, minus when our report left, minus how long the engine held it."""
    reports = Reports(OURS, "name", uplink, downlink, now=50.0)
    assert reports.round_trip is None
    left = ntp_middle(ntp_time(reports._wall + 50.0))
    block = ReportBlock(OURS, 0, 0, 0, 0, last_sr=left, delay=65_536 // 2)
    reports.on_rtcp(ReceiverReport(1, (block,)).serialize(), 50.58)
    assert reports.round_trip == pytest.approx(0.08, abs=0.001)


def test_the_engines_sender_report_is_answered_with_its_time(uplink, downlink):
    """So the engine can measure its round trip too."""
    reports = Reports(OURS, "name", uplink, downlink, now=50.0)
    for sequence in range(30):
        packet = RtpPacket(OPUS_PT, sequence, sequence * FRAME, SLOT, b"xxx")
        downlink.on_rtp(packet.serialize(), 50.0)
    reports.on_rtcp(serialize_rtcp([SenderReport(SLOT, 7 << 32, 0, 1, 3)]), 50.5)
    report = parse_rtcp(reports.build(51.0))[0]
    assert isinstance(report, ReceiverReport)
    assert report.reports[0].last_sr == ntp_middle(7 << 32)
    assert report.reports[0].delay == 65_536 // 2


@given(st.binary(max_size=100))
def test_random_reports_harm_nothing(data):
    """Malformed RTCP is dropped."""
    reports = Reports(OURS, "name", Uplink(LevelTable()), Downlink((SLOT,), LevelTable()), 50.0)
    reports.on_rtcp(data, 50.0)
    reports.on_rtcp(b"\x81\xc9\x00\x07" + data, 50.0)
    assert parse_rtcp(reports.build(51.0))
