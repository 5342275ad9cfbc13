"""RTCP between the engine and real clients."""

import time

from tests.support.peers import open_house
from tui_rooms.rtc.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    ntp_time,
    round_trip,
)
from tui_rooms.sfu.engine import Timing


async def test_a_newcomer_soon_gets_sender_reports_of_the_slots_in_use():
    """With the CNAME, and counts that are those of the slot."""
    async with open_house(timing=Timing(first_report=0.2, report=0.2)) as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        for _ in range(5):
            ana.speak()
        await ben.until(
            lambda: any(isinstance(r, SenderReport) and r.packets == 5 for r in ben.reports)
        )
        report = next(r for r in ben.reports if isinstance(r, SenderReport))
        assert report.ssrc == ben.received[0].ssrc
        assert abs(report.ntp - ntp_time(time.time())) >> 32 < 10
        description = next(r for r in ben.reports if isinstance(r, SourceDescription))
        assert description.cnames == ((report.ssrc, "tui-rooms"),)
        more = len(ben.reports)
        await ben.until(lambda: len(ben.reports) > more)


async def test_a_sender_learns_its_loss_and_its_round_trip():
    """Receiver reports once a second, answering the sender's own reports."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        await house.join("ben")
        sent_at = ntp_time(time.time())
        for i in range(40):
            packet = ana.packet()
            if i % 4 != 1:
                ana.send(packet)
        ana.send_rtcp([SenderReport(ana.ssrc, sent_at, ana.timestamp, 30, 2400)])
        await ana.until(lambda: any(isinstance(r, ReceiverReport) for r in ana.reports))
        report = next(r for r in ana.reports if isinstance(r, ReceiverReport))
        (block,) = report.reports
        assert block.ssrc == ana.ssrc
        assert (block.lost, block.fraction_lost) == (10, 64)
        assert block.highest & 0xFFFF == ana.sequence
        trip = round_trip(block, ntp_time(time.time()))
        assert trip is not None
        assert trip < 1.0
        await house.until(lambda: bool(house.losses("ana")))
        assert 0 < house.losses("ana")[0].uplink <= 0.25


async def test_a_speaker_is_told_what_its_listeners_lose():
    """From the engine on, apart from the way up; one bad listener of ten does not count."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        ears = [await house.join(f"ear {i}") for i in range(10)]
        ana.speak()
        await ears[0].until(lambda: bool(ears[0].received))
        slot = ears[0].received[0].ssrc
        for i, ear in enumerate(ears):
            share = 255 if i == 3 else 51
            ear.send_rtcp([ReceiverReport(1, (ReportBlock(slot, share, 9, 9, 9),))])
        await house.until(lambda: any(e.downlink for e in house.losses("ana")))
        loss = house.losses("ana")[-1]
        assert abs(loss.downlink - 0.2) < 0.01
        assert loss.uplink == 0.0


async def test_reports_about_other_streams_and_from_strangers_count_for_nothing():
    """Only what is said about the slots, by those who hear them."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ana.speak()
        await ben.until(lambda: bool(ben.received))
        ben.send_rtcp([ReceiverReport(1, (ReportBlock(ana.ssrc, 255, 9, 9, 9),))])
        ben.send_raw(
            ReceiverReport(1, (ReportBlock(ben.received[0].ssrc, 255, 9, 9, 9),)).serialize()
        )
        await house.until(lambda: bool(house.losses("ana")))
        assert house.losses("ana")[0].downlink == 0.0
