"""Several groups that are filled from one stage: the same sound, and nothing else in common."""

from collections.abc import Iterator

import pytest

from tests.sfu.rooms.test_room import Hall, gaps
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.rooms.group import Group


@pytest.fixture
def hall() -> Iterator[Hall]:
    """Four slots."""
    hall = Hall(slots=4)
    yield hall
    hall.close()


def another_group(hall: Hall) -> Group:
    """One more group of the room."""
    group = Group(
        4,
        new_vector=lambda capacity: Vector(Outbox(hall.udp), capacity),
        chance=hall.chance,
        counters=hall.room.counters,
    )
    hall.room.groups += (group,)
    return group


def test_a_group_that_comes_in_the_middle_of_a_talk_hears_the_rest(hall):
    """With SSRCs and numbers of its own, from the first packet on, without a gap."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.talk(30, ana)
    group = another_group(hall)
    eve = hall.enter("eve", group=group)
    hall.talk(30, ana)
    assert (len(ben.heard), len(eve.heard)) == (60, 30)
    assert {packet.ssrc for packet in eve.heard} < set(group.ssrcs)
    assert not set(group.ssrcs) & set(hall.room.everyone.ssrcs)
    assert (gaps(eve.heard), eve.undecryptable) == (0, 0)
    assert [p.payload for p in eve.heard] == [p.payload for p in ben.heard[30:]]
    assert eve.heard[0].marker
    assert eve.heard[0].csrcs == (ana.source,)


def test_nobody_hears_themself_whatever_their_group(hall):
    """A speaker of one group is heard in the other, and the other way round."""
    ana = hall.enter("ana", speaks=True)
    ben = hall.enter("ben", speaks=True, group=another_group(hall))
    hall.talk(20, ana, ben)
    assert {packet.csrcs for packet in ana.heard} == {(ben.source,)}
    assert {packet.csrcs for packet in ben.heard} == {(ana.source,)}
    assert (len(ana.heard), len(ben.heard)) == (20, 20)


def test_what_the_listeners_of_all_groups_lose_counts_for_their_speaker(hall):
    """One bad listener of ten is none too many, two of eleven are, wherever they are."""
    ana, group = hall.enter("ana", speaks=True), another_group(hall)
    ears = [hall.enter(f"ear {i}") for i in range(9)]
    far = [hall.enter(f"far {i}", group=group) for i in range(2)]
    hall.talk(20, ana)
    for ear in ears:
        hall.report_loss(ear, 0)
    hall.report_loss(far[0], 128)
    assert hall.downlink_of(ana) == 0.0
    hall.talk(20, ana)
    hall.report_loss(far[1], 128)
    assert hall.downlink_of(ana) == 0.5


def test_a_group_that_is_left_gets_nothing_more(hall):
    """Its listener is forgotten by the room."""
    ana, eve = hall.enter("ana", speaks=True), hall.enter("eve", group=another_group(hall))
    hall.talk(5, ana)
    hall.room.leave("eve")
    hall.talk(5, ana)
    assert len(eve.heard) == 5


def test_slots_that_another_one_fills_go_on_without_a_gap(hall):
    """The turns of a new origin are counted from one again: a listener notices nothing of it."""
    ana, eve = hall.enter("ana", speaks=True), hall.enter("eve")
    hall.talk(10, ana)
    group = hall.room.everyone
    hall.room = type(hall.room)(
        "hall",
        slots=4,
        new_vector=lambda capacity: Vector(Outbox(hall.udp), capacity),
        chance=hall.chance,
    )
    hall.room.groups = (group,)
    group.begin_anew()
    ana.sequence += 20_000
    hall.room.let_send("ana", 77)
    hall.talk(10, ana)
    assert (len(eve.heard), gaps(eve.heard), eve.undecryptable) == (20, 0, 0)
    assert [packet.csrcs[0] for packet in eve.heard[9:11]] == [ana.source, 77]


def test_a_block_about_a_slot_of_another_group_counts_for_nothing(hall):
    """A listener can only speak of what it hears."""
    ana, group = hall.enter("ana", speaks=True), another_group(hall)
    ben = hall.enter("ben")
    hall.talk(5, ana)
    block = ReportBlock(group.ssrcs[0], 255, 0, 0, 0)
    hall.room.take_reports(ben.name, [block], hall.now, ntp=0)
    assert hall.downlink_of(ana) == 0.0
