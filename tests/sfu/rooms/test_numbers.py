"""Which sequence numbers whom: checked by what SRTP makes of them."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rooms.rtc.rtp import RtpPacket
from tui_rooms.rtc.srtp import AES_128_GCM, InboundSrtp, OutboundSrtp
from tui_rooms.sfu.rooms.numbers import (
    FIRST_GROUP,
    HALF,
    MARGIN,
    SECOND_GROUP,
    OwnNumbers,
    SharedNumbers,
    safe_group,
)
from tui_rooms.sfu.rooms.slots import LATE, Slot

KEY = bytes(28)


def slots_at(*highest: int) -> list[Slot]:
    """Slots whose last packet had these numbers."""
    slots = [Slot(i, i + 1, random.Random(0)) for i in range(len(highest))]
    for slot, number in zip(slots, highest, strict=True):
        slot.highest = number
    return slots


@given(st.lists(st.integers(LATE, 10**6), min_size=1, max_size=8))
def test_a_newcomer_is_far_from_a_wrap_in_every_slot(highest):
    """Whichever group is chosen, neither the next packets nor late ones cross its wrap."""
    slots = slots_at(*highest)
    group = safe_group(slots)
    for slot in slots:
        for number in (slot.highest - LATE, slot.highest + MARGIN):
            if group is not None:
                near = group.sequence(slot, slot.highest)
                far = group.sequence(slot, number)
                assert far - near == number - slot.highest


def test_close_to_the_wrap_the_other_group_is_taken():
    """Half a cycle away there is no wrap."""
    assert safe_group(slots_at(30_000)) is FIRST_GROUP
    assert safe_group(slots_at(65_000)) is SECOND_GROUP
    assert safe_group(slots_at(65_536 + 10)) is SECOND_GROUP
    assert safe_group(slots_at(65_000, HALF - 10)) is None


@settings(deadline=None)
@given(st.integers(63_000, 66_000), st.integers(0, MARGIN // 2))
def test_a_late_joiner_who_loses_the_first_packets_hears_the_rest(highest, lost):
    """Around a wrap too: libsrtp at both ends agrees on the roll-over counter."""
    slots = slots_at(highest)
    group = safe_group(slots)
    assert group is not None
    out, back = OutboundSrtp(AES_128_GCM, KEY), InboundSrtp(AES_128_GCM, KEY)
    for i in range(1, lost + 20):
        sequence = group.sequence(slots[0], highest + i)
        data = out.protect(RtpPacket(111, sequence, 0, 1).serialize())
        assert data is not None
        if i > lost:
            assert back.unprotect(data) is not None


def hear(numbers: OwnNumbers, slot: Slot, number: int) -> int:
    """The next packet of a slot, as this listener gets it."""
    slot.highest = max(slot.highest, number)
    return numbers.sequence(slot, number)


def test_skipping_ones_own_voice_leaves_no_gap():
    """40,000 packets of one's own voice later, the next number follows the last."""
    slot = slots_at(5000)[0]
    numbers = OwnNumbers(1, random.Random(3))
    slot.turn, slot.first = 1, 5001
    last = [hear(numbers, slot, 5001 + i) for i in range(10)][-1]
    slot.turn, slot.first = 2, 5011  # the listener itself: nothing is asked for
    slot.highest += 40_000
    slot.turn, slot.first = 3, slot.highest + 1
    assert hear(numbers, slot, slot.first) == (last + 1) & 0xFFFF


def test_gaps_of_others_stay_gaps():
    """Only one's own turns are closed up."""
    slot = slots_at(5000)[0]
    numbers = OwnNumbers(1, random.Random(3))
    slot.turn, slot.first = 1, 5001
    first = hear(numbers, slot, 5001)
    assert hear(numbers, slot, 5004) == first + 3
    assert hear(numbers, slot, 5003) == first + 2
    slot.turn, slot.first = 2, 5005
    assert hear(numbers, slot, 5006) == first + 5


def test_coming_to_the_stage_goes_on_from_the_audiences_numbers():
    """One SRTP stream, before and after: no number is used twice and none is skipped."""
    for group in (FIRST_GROUP, SECOND_GROUP):
        slots = slots_at(70_000, 20_000)
        for slot in slots:
            slot.turn, slot.first = 4, slot.highest - 100
        before = [group.sequence(slot, slot.highest) for slot in slots]
        own = OwnNumbers.after(group, slots)
        after = [hear(own, slot, slot.highest + 1) for slot in slots]
        assert after == [(number + 1) & 0xFFFF for number in before]
        late = own.sequence(slots[0], slots[0].highest - 3)
        assert late == SharedNumbers(group.offset).sequence(slots[0], slots[0].highest - 3)


def test_own_numbers_begin_far_from_the_wrap():
    """On both sides: a late packet must not fall below zero."""
    for seed in range(50):
        slot = slots_at(5000)[0]
        slot.turn, slot.first = 1, 4000  # in mid-turn
        first = OwnNumbers(1, random.Random(seed)).sequence(slot, 5000)
        assert LATE < first < 0x1_0000 - MARGIN
