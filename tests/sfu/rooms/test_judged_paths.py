"""Whose path is judged bad: that of whom it is, and not everyone's who hears them."""

import random
from collections.abc import Iterator

import pytest

from tests.sfu.rooms.test_room import FRAME, Hall, Member
from tui_rooms.rtc.rtcp import ReportBlock, ntp_middle, ntp_time
from tui_rooms.rtc.rtp import RtpPacket, SequenceTracker
from tui_rooms.wire.quality import ConnectionQuality

EXCELLENT, GOOD, POOR, _ = ConnectionQuality


class Reporter:
    """A listener that reports once a second, as our client does."""

    def __init__(self, hall: Hall, member: Member, *, loses: float = 0.0) -> None:
        self.hall = hall
        self.member = member
        self.loses = loses
        self._chance = random.Random(member.name)
        self._trackers: dict[int, SequenceTracker] = {}

    def listen(self) -> None:
        """Take what came, but for what its own way loses."""
        for packet in self.member.listen():
            if self._chance.random() >= self.loses:
                self._tracker(packet).receive(packet.sequence, packet.timestamp, self.hall.now)

    def report(self) -> None:
        """Say how the slots arrive."""
        blocks = [
            tracker.report(ssrc, self.hall.now)
            for ssrc, tracker in self._trackers.items()
            if tracker.interval_loss()[0]
        ]
        self.hall.room.take_reports(self.member.name, blocks, self.hall.now, ntp=0)

    def _tracker(self, packet: RtpPacket) -> SequenceTracker:
        return self._trackers.setdefault(packet.ssrc, SequenceTracker())


class Judged:
    """What the room says of paths while somebody talks."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.now: dict[str, ConnectionQuality] = {}
        self.worst: dict[str, ConnectionQuality] = {}

    def talk(self, speaker: Member, listeners: list[Reporter], seconds: int, lost) -> None:
        """Somebody talks; `lost(i)` says whether their way up loses the packet."""
        hall = self.hall
        for i in range(seconds * 50):
            packet = speaker.packet(-20 - i % 9)
            if not lost(i):
                hall.room.forward(speaker.name, packet, hall.now)
            hall.now += FRAME
            # Listeners report at different moments, the engine to the sender at its own.
            for number, each in enumerate(listeners):
                each.listen()
                if i % 50 == 7 * (number + 1) % 50:
                    each.report()
            if i % 25 == 24:
                hall.room.report_to(speaker.name, hall.now)
            if i % 50 == 49:
                for judged in hall.room.judge_paths(hall.now):
                    self.now[judged.peer] = judged.quality
                    worst = self.worst.get(judged.peer, EXCELLENT)
                    self.worst[judged.peer] = max(worst, judged.quality, key=lambda q: q.rank)


@pytest.fixture
def hall() -> Iterator[Hall]:
    """One slot."""
    hall = Hall(slots=1)
    yield hall
    hall.close()


@pytest.mark.parametrize(
    "lost",
    [lambda i: i % 5 == 0, lambda i: i % 150 > 124, lambda i: (i * 7919) % 100 < 30],
    ids=["every fifth", "half a second of three", "scattered"],
)
def test_what_a_speakers_way_up_loses_is_the_speakers_alone(hall, lost):
    """Everyone misses it; nobody else is marked for it, on the stage or not."""
    ana, judged = hall.enter("ana", speaks=True), Judged(hall)
    ears = [Reporter(hall, hall.enter(f"ear {n}", speaks=n < 2)) for n in range(4)]
    judged.talk(ana, ears, 20, lost)
    assert judged.worst == {"ana": POOR}


def test_a_listener_on_a_bad_way_is_marked_alone(hall):
    """Neither the speaker nor those who hear well."""
    ana, judged = hall.enter("ana", speaks=True), Judged(hall)
    ears = [Reporter(hall, hall.enter(f"ear {n}"), loses=0.2 * (n == 1)) for n in range(3)]
    judged.talk(ana, ears, 10, lambda i: False)
    assert judged.now == {"ear 1": POOR}
    ears[1].loses = 0.0
    judged.talk(ana, ears, 40, lambda i: False)
    assert judged.now == {"ear 1": EXCELLENT}


def test_a_bad_listener_of_a_bad_speaker_is_marked_for_its_own_share(hall):
    """Both ways lose, and each has its own mark."""
    ana, judged = hall.enter("ana", speaks=True), Judged(hall)
    ears = [Reporter(hall, hall.enter(f"ear {n}"), loses=0.2 * n) for n in range(2)]
    judged.talk(ana, ears, 12, lambda i: i % 4 == 0)
    assert judged.now == {"ana": POOR, "ear 1": POOR}


def test_a_speakers_jitter_is_not_its_listeners(hall):
    """What the way up has shaken arrives shaken everywhere."""
    ana = hall.enter("ana", speaks=True)
    ear = Reporter(hall, hall.enter("ear"))
    chance = random.Random(5)
    for i in range(500):
        packet = ana.packet()
        hall.now = 100.0 + i * FRAME + chance.random() * 0.2
        hall.room.forward("ana", packet, hall.now)
        ear.listen()
    ear.report()
    hall.room.report_to("ana", hall.now)
    assert {judged.peer for judged in hall.room.judge_paths(hall.now)} == {"ana"}


def test_a_long_way_there_and_back_is_measured_from_reports(hall):
    """RFC 3550 §6.4.1, on the engine's own clock."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.say(ana)
    sent, now = ntp_time(5000.0), ntp_time(5000.9)
    delay = int(0.4 * 65_536)
    block = ReportBlock(
        hall.room.everyone.ssrcs[0], 0, 0, 0, 0, last_sr=ntp_middle(sent), delay=delay
    )
    hall.room.take_reports(ben.name, [block], hall.now, now)
    (judged,) = hall.room.judge_paths(hall.now)
    assert (judged.peer, judged.quality) == ("ben", POOR)


def test_who_has_left_is_not_judged(hall):
    """Their path is gone with them."""
    ana, judged = hall.enter("ana", speaks=True), Judged(hall)
    ears = [Reporter(hall, hall.enter("ear"), loses=0.5)]
    judged.talk(ana, ears, 6, lambda i: False)
    assert judged.now == {"ear": POOR}
    hall.room.leave("ear")
    hall.now += 60.0
    assert hall.room.judge_paths(hall.now) == []
