"""RED's depth follows the loss."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.client.sound.redundancy import Redundancy
from tui_rooms.rtc.rtp import OPUS_PT, RtpPacket, SequenceTracker
from tui_rooms.rtc.srtp import AES_128_GCM, OutboundSrtp
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.losses import LossTable, downlink_share, high
from tui_rooms.sfu.rooms.numbers import FIRST_GROUP
from tui_rooms.sfu.rooms.sender import Sender

_EAR = Listener("ear", OutboundSrtp(AES_128_GCM, bytes(28)), ("127.0.0.1", 9), None, FIRST_GROUP)


def test_a_clean_network_gets_one_repetition():
    """Below 5 % one earlier frame is enough."""
    redundancy = Redundancy()
    assert [redundancy.report(0.02, 0.02) for _ in range(20)] == [1] * 20


def test_one_report_of_a_few_lost_packets_changes_nothing():
    """4 of 50 lost is chance where 2 % are lost; twice in a row it is not."""
    redundancy = Redundancy()
    assert redundancy.report(0.0, 0.08) == 1
    assert redundancy.report(0.0, 0.08) == 2


def test_heavy_loss_deepens_with_the_first_report():
    """Speech breaks up now. A loss just below the step changes nothing afterwards."""
    redundancy = Redundancy()
    assert redundancy.report(0.0, 0.3) == 4
    assert [redundancy.report(0.0, 0.16) for _ in range(20)] == [4] * 20


def test_three_calm_reports_bring_the_depth_back():
    """Not one or two: where packets get lost, half a second without loss is no calm."""
    redundancy = Redundancy()
    redundancy.report(0.0, 0.3)
    assert [redundancy.report(0.0, 0.0) for _ in range(3)] == [4, 4, 1]


def test_loss_on_both_ways_adds_up():
    """4 % on the way to the server and 4 % from it on is more than 5 %."""
    redundancy = Redundancy()
    assert [redundancy.report(0.04, 0.04) for _ in range(3)][-1] == 2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1))))
def test_the_depth_is_always_one_that_the_engine_has_room_for(reports):
    """1 to 4, whatever a server reports."""
    redundancy = Redundancy()
    for uplink, downlink in reports:
        assert 1 <= redundancy.report(uplink, downlink) <= 4


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("where", ["uplink", "downlink"])
@pytest.mark.parametrize(("before", "after", "wanted"), [(0.0, 0.3, {4}), (0.3, 0.0, {1})])
def test_the_depth_follows_a_change_of_loss_within_3_s(
    before: float, after: float, wanted: set[int], where: str, phase: float
):
    """Packets, the listener's reports once a second, the engine's twice, in simulated time; the
    loss changes at any moment between two reports."""
    for seed in range(20):
        depths = _depths(lambda at: before if at < 5 + phase else after, where, seed)
        assert {depth for at, depth in depths if at > 5 + phase + 3} <= wanted


def _depths(loss_at, where: str, seed: int) -> list[tuple[float, int]]:
    """(seconds, depth) of one who speaks for 12 s."""
    chance = random.Random(seed)
    sender, heard = Sender("ana", 1), SequenceTracker()
    table, redundancy = LossTable(1), Redundancy()
    depths = []
    for number in range(600):
        now = number * 0.02
        lost = chance.random() < loss_at(now)
        if not (lost and where == "uplink"):
            sender.receive(RtpPacket(OPUS_PT, number, number * 960, 7, b"sound"), now)
            if not lost:
                heard.receive(number, number * 960, now)
        if number % 50 == 13:
            block = heard.report(7, now)
            share = downlink_share(block.fraction_lost / 256, sender.uplink)
            table.report(0, _EAR, share, now)
        if number % 25 == 0 and sender.report(now) is not None:
            redundancy.report(sender.uplink, high(table.fresh(0, None, now)))
        depths.append((now, redundancy.depth))
    return depths
