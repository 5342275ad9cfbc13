"""The jitter buffer, in simulated time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.line import (
    TRANSIT,
    Arrival,
    delayed,
    lossy,
    numbered,
    played,
    run_buffer,
    sent,
    without,
)
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE
from tui_rooms.audio.receiving.delay import CALM_BASE
from tui_rooms.audio.receiving.jitter import (
    CAPACITY,
    CONCEAL,
    Conceal,
    Fec,
    JitterBuffer,
    Pace,
    Play,
    Silence,
)

BASE = 0.040
AT_BASE = BASE + FRAME_SECONDS + 0.005
"""Pulls are 20 ms apart, so the delay may be that much over its target; 5 ms are RED's."""


def _talk(count: int, **how: object) -> list[Arrival]:
    return sent([numbered(number) for number in range(count)], **how)  # type: ignore[arg-type]


def test_a_perfect_network_plays_every_packet_in_order_at_the_base_delay():
    """Nothing is made up, dropped or played at another pace."""
    moments = run_buffer(JitterBuffer(BASE), _talk(500), 10)
    assert played(moments) == list(range(len(played(moments))))
    begun = [moment for moment in moments if moment.number is not None]
    assert all(BASE <= moment.delay < AT_BASE for moment in begun)
    assert all(moment.step == Play(numbered(moment.number or 0)) for moment in begun)
    assert begun[0].at - TRANSIT < AT_BASE
    assert len(begun) == len(moments) - moments.index(begun[0])


def test_on_a_calm_network_the_delay_falls_below_the_base_in_a_pause():
    """Not while somebody talks: 20 ms less are not worth a seam in a word."""
    silent = range(500, 550)
    payloads = [None if n in silent else numbered(n) for n in range(1_000)]
    moments = run_buffer(JitterBuffer(BASE), sent(payloads), 20.0)
    before = [m for m in moments if m.number is not None and m.number < 500]
    after = [m for m in moments if m.number is not None and m.number > 550]
    assert all(BASE <= moment.delay < AT_BASE for moment in before)
    assert all(moment.delay < CALM_BASE + FRAME_SECONDS for moment in after)
    assert all(moment.step.pace is Pace.STEADY for moment in moments if moment.number is not None)
    assert played(moments) == [n for n in range(played(moments)[-1] + 1) if n not in silent]


def test_the_first_packets_after_a_pause_ask_for_no_more_delay():
    """The copy that comes with them was said long ago, but it is one copy."""
    payloads = [numbered(n) if n % 200 < 100 else None for n in range(1_000)]
    buffer = JitterBuffer(BASE)
    moments = run_buffer(buffer, sent(payloads, red=1), 20.0)
    assert {moment.target for moment in moments if moment.at > 10.0} == {CALM_BASE}


def test_packets_out_of_order_are_put_in_order():
    """Each pair of packets swapped by the network costs nothing."""
    swapped = delayed(_talk(200), lambda one: 0.025 if one.number % 2 == 0 else 0.0)
    moments = run_buffer(JitterBuffer(BASE), swapped, 4.02)
    assert played(moments) == list(range(len(played(moments))))
    assert len(played(moments)) > 190


def test_a_packet_that_comes_twice_is_played_once():
    """At once or after it was played, the second copy changes nothing."""
    twice = [*_talk(100), *delayed(_talk(100), lambda one: 0.005 if one.number % 2 else 0.1)]
    buffer = JitterBuffer(BASE)
    assert played(run_buffer(buffer, twice, 3)) == list(range(100))
    assert buffer.statistics.duplicate == 100


@pytest.mark.parametrize("first", [2**32 - 5 * FRAME, 2**32 - 1, 2**31 - 5 * FRAME])
def test_timestamps_wrap_around_unnoticed(first: int):
    """32 bits overflow after a day, in the middle of a sentence."""
    moments = run_buffer(JitterBuffer(BASE), _talk(100, first_timestamp=first), 3)
    assert played(moments) == list(range(100))


def test_a_lost_packet_is_made_up_for_and_costs_no_delay():
    """One frame is concealed in the place of the lost one; the next packet plays in time."""
    moments = run_buffer(JitterBuffer(BASE), without(_talk(100), [50]), 2.0)
    at = next(index for index, moment in enumerate(moments) if moment.number == 49)
    assert moments[at + 1].step == Conceal(FRAME, before=0)
    assert moments[at + 2].number == 51
    assert moments[at + 2].delay == pytest.approx(moments[at].delay)


def test_a_lost_packet_comes_from_the_fec_of_the_next_one():
    """Where the packet after the gap carries the lost one, the decoder is told so."""
    with_fec = b"\x08\x40fec"  # SILK, 20 ms, its redundancy flag set
    arrivals = sent([numbered(0), numbered(1), None, with_fec])
    steps = [moment.step for moment in run_buffer(JitterBuffer(BASE), arrivals, 0.2)]
    at = steps.index(Play(numbered(1)))
    assert steps[at + 1 : at + 3] == [Fec(with_fec), Play(with_fec)]


@pytest.mark.parametrize(("red", "lost"), [(1, [50]), (2, [50, 51]), (2, [40, 50, 51, 60])])
def test_what_red_repeats_is_played_as_if_nothing_was_lost(red: int, lost: list[int]):
    """A second copy that comes 20 or 40 ms later is still in time at the base delay."""
    buffer = JitterBuffer(BASE)
    moments = run_buffer(buffer, without(_talk(100, red=red), lost), 2.0)
    assert played(moments) == list(range(len(played(moments))))
    assert not any(isinstance(moment.step, Conceal) for moment in moments)
    assert buffer.statistics.repaired == len(lost)


def test_heavy_loss_makes_playout_wait_for_deeper_redundancy():
    """Where the third copy is often needed, the delay grows until it is in time."""
    buffer = JitterBuffer(BASE)
    bursts = [burst + lost for burst in range(50, 1000, 25) for lost in range(3)]
    moments = run_buffer(buffer, without(_talk(1000, red=3), bursts), 20.0)
    late_half = played(moments[500:])
    assert late_half == list(range(late_half[0], late_half[-1] + 1))
    assert moments[-1].target > 0.060


def test_a_pause_of_the_sender_is_concealed_for_100_ms_and_then_silent():
    """DTX: 600 ms without packets; the next sentence comes at the same delay as the one before."""
    payloads = [numbered(n) if not 50 <= n < 80 else None for n in range(120)]
    moments = run_buffer(JitterBuffer(BASE), sent(payloads), 2.4)
    begin = next(index for index, moment in enumerate(moments) if moment.number == 49) + 1
    gap = [moment.step for moment in moments[begin : begin + 30]]
    made_up = CONCEAL // FRAME
    assert gap[:made_up] == [Conceal(FRAME, before=n * FRAME) for n in range(made_up)]
    assert gap[made_up:] == [Silence()] * (30 - made_up)
    assert moments[begin + 30].number == 80
    assert moments[begin + 30].delay == pytest.approx(moments[begin - 1].delay)


def test_a_pause_takes_needless_delay_away():
    """The delay grew with late packets; the first word after the pause is at the base again."""
    payloads = [numbered(n) if not 60 <= n < 160 else None for n in range(200)]
    late = delayed(sent(payloads), lambda one: 0.120 if 40 <= one.number < 43 else 0.0)
    moments = run_buffer(JitterBuffer(BASE), late, 4.0)
    before = next(moment for moment in moments if moment.number == 59)
    after = next(moment for moment in moments if moment.number == 160)
    assert before.delay > 0.1
    assert after.delay < AT_BASE


def test_packets_that_overlap_are_not_all_played():
    """A hostile sender could fill seconds of playout with one moment of its timeline."""
    buffer = JitterBuffer(BASE)
    for timestamp in range(100):
        buffer.insert(timestamp, numbered(timestamp), 0.0)
    assert played(run_buffer(buffer, [], 3.0)) == [0]
    assert buffer.statistics.dropped == 99


def test_a_pause_of_minutes_moves_nothing():
    """The sender's clock runs 100 ppm fast meanwhile: what that adds up to is gone at once."""
    before = _talk(50)
    after = _talk(50, first_timestamp=round(300.03 * RATE), first_at=300.0)
    buffer = JitterBuffer(BASE)
    run_buffer(buffer, before, 300.0)
    moments = run_buffer(buffer, after, 1.0, start=300.0)
    assert played(moments)[:40] == list(range(40))
    assert BASE <= moments[-1].delay < AT_BASE


@pytest.mark.parametrize("red", [0, 1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_ten_lost_in_a_row_under_loss_leave_the_delay_at_its_base(seed: int, red: int):
    """One packet in ten is lost at random, then a burst of 10: nothing stalls, and 2 s after the
    burst (in fact from the first packet after it) the delay is back at its base."""
    arrivals = without(lossy(_talk(1000, red=red), 0.1, seed), range(500, 510))
    moments = run_buffer(JitterBuffer(BASE), arrivals, 20.0)
    back = next(n for n in range(510, 1000) if any(one.number == n for one in arrivals))
    resumed = next(index for index, one in enumerate(moments) if (one.number or 0) >= 508)
    assert moments[resumed].at <= back * FRAME_SECONDS + TRANSIT + AT_BASE
    for moment in moments[resumed + round(2 / FRAME_SECONDS) :]:
        assert moment.delay < AT_BASE
        assert not isinstance(moment.step, Silence)
    heard = played(moments)
    assert heard == sorted(set(heard))
    assert len(heard) > 850


def test_ten_late_in_a_row_are_played_late_and_the_delay_comes_back():
    """200 ms of silence from the network, then all at once: nothing is lost, and when the network
    has been calm for a while nobody hears it any more."""
    held_up = delayed(
        _talk(500), lambda one: (210 - one.number) * FRAME_SECONDS if 200 <= one.number < 210 else 0
    )
    moments = run_buffer(JitterBuffer(BASE), held_up, 10.0)
    assert played(moments) == list(range(len(played(moments))))
    grown = next(moment for moment in moments if moment.number == 200)
    assert grown.delay > 0.2
    calm = next(moment for moment in moments if moment.number == 400)
    assert calm.delay < AT_BASE


def test_steady_jitter_is_absorbed():
    """After the first late packets have set the delay, nothing is missing any more."""
    chance = random.Random(5)
    moments = run_buffer(
        JitterBuffer(BASE), delayed(_talk(1000), lambda _: chance.uniform(0, 0.080)), 20.0
    )
    settled = moments[100:]
    made_up = sum(isinstance(moment.step, Conceal) for moment in settled)
    assert made_up < len(settled) / 200
    assert all(moment.delay < 0.150 for moment in settled)


def test_needless_delay_goes_in_quiet_moments_first_and_then_in_speech():
    """Frames are marked as spare for half a second before speech is hurried."""
    held_up = delayed(_talk(500), lambda one: 0.1 if 100 <= one.number < 103 else 0.0)
    paces = [
        (moment.at, moment.step.pace)
        for moment in run_buffer(JitterBuffer(BASE), held_up, 8.0)
        if isinstance(moment.step, Play) and moment.at > 3.0
    ]
    first_trim = next(at for at, pace in paces if pace is Pace.TRIM)
    first_hurry = next(at for at, pace in paces if pace is Pace.HURRY)
    assert 0.4 < first_hurry - first_trim < 0.6
    assert paces[-1][1] is Pace.STEADY


@pytest.mark.parametrize("slower", [200e-6, -200e-6])
def test_clocks_that_drift_for_an_hour_cost_no_gap_and_no_delay(slower: float):
    """200 ppm are 0.72 s an hour: nothing is made up or dropped, and once the base has settled the
    delay stays within 20 ms of where it was, also where nobody ever pauses."""
    buffer = JitterBuffer(BASE)
    hour = [
        Arrival(n * FRAME_SECONDS, n, [(n * FRAME, numbered(7), False)]) for n in range(180_000)
    ]
    moments = run_buffer(buffer, hour, 3_600.0, slower=slower)
    begun = [moment for moment in moments if moment.at > 1.0]
    settled = [moment.delay for moment in begun if moment.at > 300.0]
    assert max(settled) - min(settled) < 0.020
    assert begun[-1].delay < begun[0].delay + 0.020
    assert max(moment.delay for moment in begun) < AT_BASE + 0.005
    assert buffer.statistics.concealed == buffer.statistics.dropped == 0
    assert all(isinstance(moment.step, Play) for moment in begun)


@pytest.mark.parametrize("jump", [-20 * RATE, -RATE, RATE, 3 * RATE, 2**31 - 1, 2**31])
def test_a_sender_that_starts_over_with_other_timestamps_is_heard_again(jump: int):
    """Whether they jump ahead or back, after at most 400 ms every packet is played."""
    before = _talk(100, first_timestamp=10 * RATE)
    after = _talk(100, first_timestamp=(10 * RATE + 100 * FRAME + jump) & 0xFFFF_FFFF, first_at=2.0)
    renumbered = [Arrival(one.at, one.number + 100, one.frames) for one in after]
    for one in renumbered:
        timestamp, _, redundant = one.frames[0]
        one.frames[0] = (timestamp, numbered(one.number), redundant)
    heard = played(run_buffer(JitterBuffer(BASE), [*before, *renumbered], 4.0))
    assert heard[-1] > 190
    restarted = [number for number in heard if number >= 120]
    assert restarted == list(range(120, restarted[-1] + 1))


def test_a_sender_whose_timestamps_stand_still_while_it_is_muted_is_heard_again():
    """Some senders count only what they send: after 5 s of nothing the next timestamp follows."""
    first = sent([numbered(n) for n in range(50)])
    then = sent([numbered(50 + n) for n in range(50)], first_timestamp=50 * FRAME, first_at=6.0)
    heard = played(run_buffer(JitterBuffer(BASE), [*first, *then], 8.0))
    assert heard == list(range(100))


def test_nobody_pulling_fills_no_memory_and_leaves_no_delay():
    """A minute of packets without a pull; then playout goes on with what is new."""
    buffer = JitterBuffer(BASE)
    for arrival in _talk(3000):
        for timestamp, payload, redundant in arrival.frames:
            buffer.insert(timestamp, payload, arrival.at, redundant=redundant)
        assert len(buffer) <= CAPACITY
    more = sent(
        [numbered(3000 + n) for n in range(50)], first_timestamp=3000 * FRAME, first_at=60.0
    )
    moments = run_buffer(buffer, more, 1.0, start=60.0)
    assert moments[-1].delay < AT_BASE
    assert played(moments)[-1] >= 3040


def test_a_redundant_packet_alone_begins_nothing():
    """The first packet of a stream brings copies of earlier ones: too late to be of use."""
    buffer = JitterBuffer(BASE)
    buffer.insert(0, numbered(0), 0.0, redundant=True)
    buffer.insert(FRAME, numbered(1), 0.0)
    assert len(buffer) == 1


@pytest.mark.parametrize("payload", [b"", b"\xff", b"\xff\x3f", b"\xf8" * 5000])
def test_what_cannot_be_an_opus_packet_is_counted_and_dropped(payload: bytes):
    """Empty, cut short, lasting over 120 ms, larger than a datagram."""
    buffer = JitterBuffer(BASE)
    buffer.insert(0, payload, 0.0)
    assert len(buffer) == 0
    assert buffer.statistics.malformed == 1


@given(
    arrivals=st.lists(
        st.tuples(
            st.integers(0, 2**32 - 1) | st.integers(0, 40).map(lambda n: n * 480),
            st.binary(max_size=4) | st.just(numbered(1)),
            st.floats(0.0, 0.1),
            st.booleans(),
            st.integers(0, 3),
        ),
        max_size=120,
    )
)
def test_no_packets_in_any_order_break_it(
    arrivals: list[tuple[int, bytes, float, bool, int]],
):
    """Whatever arrives: it stays small, answers every pull, and plays a good stream afterwards."""
    buffer = JitterBuffer(BASE)
    now = 0.0
    for timestamp, payload, wait, redundant, pulls in arrivals:
        now += wait
        buffer.insert(timestamp, payload, now, redundant=redundant)
        assert len(buffer) <= CAPACITY
        for _ in range(pulls):
            buffer.pull(now)
    good = _talk(200, first_timestamp=123_456_789, first_at=now)
    moments = run_buffer(buffer, good, 4.0, start=now)
    good_ones = [moment for moment in moments[-50:] if moment.number is not None]
    assert len(good_ones) > 40
    assert all(moment.delay < AT_BASE for moment in good_ones)


def test_in_silence_the_delay_is_that_of_whoever_talks_next():
    """After 50 packets nobody talks, and the loudspeaker stands still for 300 ms: nothing waits
    so long, so nobody is told of it; and the next sentence is no later for it."""
    buffer = JitterBuffer(BASE)
    run_buffer(buffer, _talk(50), 2.0)
    silence = run_buffer(buffer, [], 1.0, start=2.3)
    assert {moment.step for moment in silence} == {Silence()}
    assert all(moment.delay == moment.target for moment in silence)
    after = sent(
        [numbered(number) for number in range(50)], first_timestamp=200 * FRAME, first_at=4
    )
    moments = run_buffer(buffer, after, 1.0, start=3.3)
    talk = [moment for moment in moments if moment.number is not None]
    assert talk
    assert all(moment.delay < AT_BASE for moment in talk)
