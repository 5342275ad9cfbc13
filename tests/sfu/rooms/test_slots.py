"""One slot's numbers and timestamps while its speakers change."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.sfu.rooms.slots import LATE, MAX_GAP, Slot


def new_slot(seed: int = 1) -> Slot:
    """A slot that nobody has used."""
    return Slot(0, 1234, random.Random(seed))


@given(st.integers(0x1_0000, 0x10_0000), st.sets(st.integers(1, 300)), st.integers(0, 99))
def test_gaps_of_the_speaker_stay_gaps(first, missing, seed):
    """What the uplink lost is missing in the slot, at the same places."""
    slot = new_slot(seed)
    slot.begin(first, 5000, now=10.0)
    begin = slot.first
    for i in range(302):
        if i in missing:
            continue
        placed = slot.place(first + i, (5000 + 960 * i) & 0xFFFF_FFFF, now=10.0 + 0.02 * i)
        assert placed is not None
        assert placed[0] == begin + i
    assert slot.highest == begin + 301


@given(st.lists(st.integers(0x1_0000, 0x10_0000), min_size=2, max_size=8), st.integers(0, 99))
def test_a_change_of_speaker_goes_on_without_a_gap(streams, seed):
    """Numbers go on by one; timestamps go on with the clock and never back."""
    slot = new_slot(seed)
    now, last = 50.0, None
    for turn, first in enumerate(streams):
        slot.begin(first, first * 7 & 0xFFFF_FFFF, now)
        for i in range(5):
            placed = slot.place(first + i, (first * 7 + 960 * i) & 0xFFFF_FFFF, now)
            assert placed is not None
            if last is not None:
                assert placed[0] == last[0] + 1
                step = (placed[1] - last[1]) & 0xFFFF_FFFF
                assert step == 960 or (i == 0 and step == 960 + 48 * 100)
            last = placed
            now += 0.02
        now += 0.1
        assert slot.turn == turn + 1


def test_late_packets_of_the_turn_before_are_dropped():
    """A new speaker is not interrupted by what is still on its way."""
    slot = new_slot()
    slot.begin(100, 0, now=1.0)
    assert slot.place(100, 0, now=1.0)
    slot.begin(70_000, 0, now=2.0)
    assert slot.place(70_000, 0, now=2.0)
    assert slot.place(69_999, 0, now=2.0) is None


def test_a_packet_behind_the_replay_window_is_dropped():
    """SRTP would refuse it, and the listener would be taken for broken."""
    slot = new_slot()
    slot.begin(1000, 0, now=1.0)
    assert slot.place(1000, 0, now=1.0)
    assert slot.place(1000 + LATE, 0, now=1.0)
    assert slot.place(1000, 0, now=1.0) is None
    assert slot.place(1001, 0, now=1.0) is not None


def test_a_late_packet_does_not_move_the_slot_back():
    """The next one still follows the highest."""
    slot = new_slot()
    slot.begin(1000, 0, now=1.0)
    for sequence in (1000, 1003, 1001):
        slot.place(sequence, 960 * (sequence - 1000), now=1.0)
    assert slot.highest == slot.first + 3


def test_a_jump_is_a_new_turn():
    """A speaker whose numbers leap does not drag the slot with it."""
    slot = new_slot()
    slot.begin(1000, 0, now=1.0)
    slot.place(1000, 0, now=1.0)
    placed = slot.place(1000 + MAX_GAP + 1, 0, now=3.0)
    assert placed is not None
    assert placed[0] == slot.first == slot.highest
    assert slot.turn == 2


def test_the_timestamp_of_now_goes_on_between_packets():
    """Sender reports tie the clock to it."""
    slot = new_slot()
    slot.begin(1, 0, now=5.0)
    placed = slot.place(1, 0, now=5.0)
    assert placed is not None
    assert slot.timestamp_at(6.0) == (placed[1] + 48_000) & 0xFFFF_FFFF


@given(st.sets(st.integers(1, 300)), st.integers(0, 99))
def test_what_never_came_is_counted_and_what_came_late_is_not(late, seed):
    """However the packets were mixed up on their way."""
    slot = new_slot(seed)
    slot.begin(1000, 0, now=1.0)
    lost = {i for i in late if i % 3 == 0}
    for i in range(302):
        if i not in late:
            slot.place(1000 + i, 960 * i, now=1.0)
        for behind in (late - lost) & {i - 5}:
            slot.place(1000 + behind, 960 * behind, now=1.0)
    assert slot.missing == len(lost | (late & set(range(297, 302))))
