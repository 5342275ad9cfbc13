"""What a speaker is told about its listeners' loss."""

import pytest

from tui_rooms.rtc.srtp import AES_128_GCM, OutboundSrtp
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.losses import FRESH, LossTable, downlink_share, high
from tui_rooms.sfu.rooms.numbers import FIRST_GROUP


def listener(name: str) -> Listener:
    """Someone who reports."""
    return Listener(name, OutboundSrtp(AES_128_GCM, bytes(28)), ("127.0.0.1", 9), None, FIRST_GROUP)


LISTENERS = [listener(str(i)) for i in range(20)]


def test_the_90th_percentile_counts():
    """Two bad links of twenty do not make everyone's packets larger; three do."""
    table = LossTable(1)
    for i, each in enumerate(LISTENERS):
        table.report(0, each, 0.5 if i < 2 else 0.01, now=1.0)
    assert high(table.fresh(0, None, now=1.0)) == 0.01
    table.report(0, LISTENERS[2], 0.4, now=1.0)
    assert high(table.fresh(0, None, now=1.0)) == 0.4


def test_a_single_listener_counts():
    """In a conversation of two the other one is everybody."""
    table = LossTable(1)
    table.report(0, LISTENERS[0], 0.2, now=1.0)
    assert high(table.fresh(0, None, now=1.0)) == 0.2


def test_the_speakers_own_report_is_left_out():
    """It does not hear itself in its slot."""
    table = LossTable(1)
    table.report(0, LISTENERS[0], 0.9, now=1.0)
    assert high(table.fresh(0, LISTENERS[0], now=1.0)) == 0.0


def test_old_reports_and_those_who_left_do_not_count():
    """Only how it is now."""
    table = LossTable(2)
    table.report(0, LISTENERS[0], 0.9, now=1.0)
    table.report(0, LISTENERS[1], 0.8, now=1.0)
    table.report(1, LISTENERS[1], 0.7, now=1.0)
    table.forget(LISTENERS[0])
    assert high(table.fresh(0, None, now=2.0)) == 0.8
    assert high(table.fresh(1, None, now=2.0)) == 0.7
    assert high(table.fresh(0, None, now=1.1 + FRESH)) == 0.0


@pytest.mark.parametrize(
    ("reported", "uplink", "downlink"),
    [(0.0, 0.0, 0.0), (0.1, 0.1, 0.0), (0.28, 0.2, 0.1), (0.05, 0.2, 0.0), (1.0, 1.0, 0.0)],
)
def test_what_the_way_up_lost_is_taken_out(reported, uplink, downlink):
    """A listener misses both losses; the speaker wants them apart."""
    assert downlink_share(reported, uplink) == pytest.approx(downlink, abs=1e-9)
