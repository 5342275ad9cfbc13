"""How long playout should wait."""

import pytest

from tui_rooms.audio.frames import FRAME_SECONDS
from tui_rooms.audio.receiving.delay import CALM_BASE, CEILING, MARGIN, DelayEstimate

BASE = 0.025


def _estimate() -> DelayEstimate:
    estimate = DelayEstimate(BASE)
    estimate.arrived(100.0, 0.0)
    return estimate


def test_a_calm_network_needs_the_base():
    """Packets that are up to 15 ms slower than the fastest change nothing."""
    estimate = _estimate()
    for number in range(50):
        estimate.needed(100.0, 100.0 + number % 4 * 0.005)
    assert estimate.target(100.0) == BASE


def test_one_slow_packet_raises_the_target_at_once_and_for_a_while():
    """It is back at the base 1.5 s later."""
    estimate = _estimate()
    estimate.needed(100.0, 100.090)
    assert estimate.target(100.0) == pytest.approx(0.090 + MARGIN)
    assert estimate.target(101.4) == pytest.approx(0.090 + MARGIN)
    assert estimate.target(101.6) == BASE


def test_no_packet_is_waited_for_beyond_the_ceiling():
    """What is later is as good as lost."""
    estimate = _estimate()
    estimate.needed(100.0, 103.0)
    assert estimate.target(100.0) == CEILING


def test_few_repairs_are_not_waited_for_and_many_are():
    """Four losses in 10 s that only the third copy could repair make it worthwhile."""
    estimate = _estimate()
    for second in range(3):
        estimate.repaired(100.0 + second, 100.060)
    assert estimate.target(103.0) == BASE
    estimate.repaired(103.0, 100.060)
    assert estimate.target(103.0) == pytest.approx(0.060 + MARGIN)
    assert estimate.target(111.0) == BASE


def test_the_repairs_of_one_burst_count_once():
    """The first packet after it brings several at the same moment."""
    estimate = _estimate()
    for lateness in (0.080, 0.060, 0.020, 0.040, 0.070):
        estimate.repaired(100.0, 100.0 + lateness)
    assert estimate.target(100.0) == BASE


def test_a_network_that_has_become_slower_is_the_new_measure_after_10_s():
    """A change of route: at first all packets seem late, then they are what is normal."""
    estimate = _estimate()
    for number in range(700):
        now = 100.0 + number * 0.020
        estimate.arrived(now + 0.1, now - 100.0)
        estimate.needed(now + 0.1, 100.1)
        if number == 100:
            assert estimate.target(now) == pytest.approx(0.100 + MARGIN)
    assert estimate.target(now) == BASE


def test_a_long_silence_makes_the_measure_stale():
    """Clocks drift apart while nothing comes."""
    estimate = _estimate()
    assert not estimate.is_stale(105.0)
    assert estimate.is_stale(111.0)


def _stall(estimate: DelayEstimate, at: float) -> None:
    """Ten packets are held up and come together."""
    for number in range(10):
        estimate.needed(at, 100.0 + 0.200 - number * 0.020)


def test_one_stall_is_not_waited_for_after_a_while():
    """Although ten packets were late."""
    estimate = _estimate()
    for number in range(400):
        estimate.needed(100.0 + number * 0.02, 100.0)
    _stall(estimate, 108.0)
    assert estimate.target(108.0) == pytest.approx(0.200 + MARGIN)
    assert estimate.target(109.6) == BASE


def test_stalls_that_come_back_are_waited_for():
    """Two within half a minute: the next one is not heard."""
    estimate = _estimate()
    _stall(estimate, 100.0)
    _stall(estimate, 120.0)
    assert estimate.target(129.9) == pytest.approx(0.200 + MARGIN)
    assert estimate.required(129.9) == pytest.approx(0.200 + MARGIN)
    assert estimate.target(130.1) == BASE


@pytest.mark.parametrize(
    ("lost", "copies", "share"),
    [(10, 1, 0.99), (20, 1, 0.984), (10, 2, 0.92), (5, 4, 0.92)],
    ids=["too few copies", "just enough", "more than enough", "many"],
)
def test_a_late_copy_is_waited_for_longer_where_no_other_follows(
    lost: int, copies: int, share: float
):
    """Packets are up to 60 ms late, all times alike."""
    estimate = _estimate()
    estimate.copies = copies
    waits = {(10, 1): 1, (20, 1): 1, (10, 2): 2, (5, 4): 3}[lost, copies]
    for number in range(500):
        estimate.needed(100.0, 100.0 + number * 37 % 500 * 0.00012)
    for number in range(250):
        estimate.played(lost=number % lost == 0)
    wanted = share * 0.060 + waits * FRAME_SECONDS + MARGIN
    assert estimate.target(103.0) == pytest.approx(wanted, abs=0.0005)


@pytest.mark.parametrize(
    ("lost", "copies", "waited_for"),
    [(0, 4, 0), (10, 1, 1), (10, 2, 2), (5, 2, 2), (5, 4, 3), (3, 4, 4)],
)
def test_the_more_is_lost_the_more_copies_are_waited_for(lost: int, copies: int, waited_for: int):
    """One of `lost` packets is lost; what the sender does not send is not waited for."""
    estimate = _estimate()
    estimate.copies = copies
    for number in range(250):
        estimate.needed(100.0, 100.0)
        estimate.played(lost=bool(lost) and number % lost == 0)
    wanted = waited_for * FRAME_SECONDS + MARGIN
    assert estimate.target(100.0) == pytest.approx(max(BASE, wanted))
    assert estimate.required(100.0) == CALM_BASE


def _regular(estimate: DelayEstimate, begin: float, end: float) -> None:
    """Packets that all take as long as the fastest."""
    for number in range(round((end - begin) / 0.02)):
        estimate.arrived(begin + number * 0.02, begin - 100.0 + number * 0.02)
        estimate.needed(begin + number * 0.02, 100.0)


def test_the_base_falls_while_packets_come_one_like_the_other():
    """After 5 s of a new stream; one slow packet is no news, as any network has some."""
    estimate = _estimate()
    _regular(estimate, 100.0, 104.9)
    assert estimate.target(104.9) == BASE
    _regular(estimate, 104.9, 106.0)
    assert estimate.target(106.0) == CALM_BASE
    estimate.needed(106.0, 100.012)
    assert estimate.target(107.6) == CALM_BASE


@pytest.mark.parametrize("event", ["late", "lost"])
def test_the_second_bad_packet_brings_the_base_back_for_20_s(event: str):
    """Whether it was late or lost: where two are, more will follow."""
    estimate = _estimate()
    _regular(estimate, 100.0, 110.0)
    for at in (110.0, 112.0):
        if event == "late":
            estimate.needed(at, 100.012)
        else:
            estimate.repaired(at, 100.0)
    assert estimate.target(129.9) == BASE
    twice_late = 0.012 + MARGIN
    assert estimate.target(130.1) == pytest.approx(twice_late if event == "late" else CALM_BASE)
    assert estimate.target(140.1) == CALM_BASE


def test_a_loss_that_is_now_a_little_more_now_a_little_less_does_not_move_the_target():
    """9 % ask for two copies; 5 % afterwards, for which one would do, leave it at two."""
    estimate = _estimate()
    estimate.copies = 2
    estimate.needed(100.0, 100.0)
    for number in range(250):
        estimate.played(lost=number % 11 == 0)
    assert estimate.target(100.0) == pytest.approx(0.040 + MARGIN)
    for number in range(500):
        estimate.played(lost=number % 20 == 0)
        assert estimate.target(100.0) == pytest.approx(0.040 + MARGIN)
    for _ in range(250):
        estimate.played(lost=False)
    assert estimate.target(100.0) == BASE


def test_a_sender_that_sends_many_copies_has_heard_of_loss():
    """Three copies from the start are waited for at once, and no more after 5 s without a loss."""
    estimate = _estimate()
    estimate.copies = 3
    estimate.needed(100.0, 100.0)
    assert estimate.target(100.0) == pytest.approx(0.060 + MARGIN)
    for _ in range(250):
        estimate.played(lost=False)
    assert estimate.target(100.0) == BASE
