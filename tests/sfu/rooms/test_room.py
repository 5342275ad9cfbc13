"""A room's forwarding, with real SRTP and real sockets, in virtual time."""

import random
import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtcp import ReportBlock
from tui_rooms.rtc.rtp import RED_PT, RtpPacket, parse_rtp
from tui_rooms.rtc.srtp import AES_128_GCM, InboundSrtp, OutboundSrtp
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.port import Levels
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.group import MAX_PAYLOAD, Group
from tui_rooms.sfu.rooms.room import Room

FRAME = 0.02
SPEECH = bytes(70)


class Member:
    """One peer: what it says, and what it hears."""

    def __init__(self, hall: "Hall", name: str, group: Group) -> None:
        self.name = name
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        key = name.encode().ljust(28, b"-")
        self.back = InboundSrtp(AES_128_GCM, key)
        self.source = 1000 + len(hall.members)
        self.ssrc = 2000 + len(hall.members)
        self.sequence = hall.chance.randrange(0x1_0000)
        self.timestamp = hall.chance.randrange(1 << 32)
        self.heard: list[RtpPacket] = []
        self.undecryptable = 0
        self.listener = Listener(
            name,
            OutboundSrtp(AES_128_GCM, key),
            self.socket.getsockname(),
            None,
            group.new_numbers(),
        )

    def packet(self, level: int = -20, payload: bytes = SPEECH) -> RtpPacket:
        """The next 20 ms of this peer."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + 960) & 0xFFFF_FFFF
        return RtpPacket(
            111, self.sequence, self.timestamp, self.ssrc, payload, level=level, voice=True
        )

    def listen(self) -> list[RtpPacket]:
        """What has come since the last time."""
        new = []
        while True:
            try:
                data = self.socket.recv(2048)
            except BlockingIOError:
                break
            plain = self.back.unprotect(data)
            packet = parse_rtp(plain) if plain else None
            if packet is None:
                self.undecryptable += 1
            else:
                new.append(packet)
        self.heard += new
        return new


class Hall:
    """A room with members, and a clock that is moved by hand."""

    def __init__(self, slots: int) -> None:
        self.chance = random.Random(11)
        self.udp = UdpSocket.bind("127.0.0.1", 0)
        self.room = Room(
            "hall",
            slots=slots,
            new_vector=lambda capacity: Vector(Outbox(self.udp), capacity),
            chance=self.chance,
        )
        self.members: dict[str, Member] = {}
        self.now = 100.0

    def enter(self, name: str, *, speaks: bool = False, group: Group | None = None) -> Member:
        """One more peer, in everyone's group or another."""
        group = group or self.room.everyone
        member = Member(self, name, group)
        self.members[name] = member
        group.listen(member.listener)
        if speaks:
            self.room.let_send(name, member.source)
        return member

    def say(self, member: Member, level: int = -20, payload: bytes = SPEECH) -> None:
        """One packet of one member, now."""
        assert self.room.forward(member.name, member.packet(level, payload), self.now) == []

    def talk(self, packets: int, *speakers: Member) -> None:
        """All speakers at once; levels vary as speech does."""
        for i in range(packets):
            for speaker in speakers:
                # A breath every two seconds; and nobody is louder than the others for long.
                level = -90 if i % 100 > 92 else -15 - self.chance.randrange(20)
                self.say(speaker, level)
            self.now += FRAME
            if i % 20 == 19:
                self.listen()
        self.listen()

    def report_loss(self, member: Member, fraction: int) -> None:
        """A listener tells what it lost of the first slot that it hears, in 256ths."""
        block = ReportBlock(member.heard[0].ssrc, fraction, 0, 0, 0)
        self.room.take_reports(member.name, [block], self.now, ntp=0)

    def downlink_of(self, speaker: Member) -> float:
        """What a speaker is told that its listeners lose."""
        told = self.room.report_to(speaker.name, self.now)
        assert told is not None
        return told[1].downlink

    def listen(self) -> None:
        """Everyone takes what has come."""
        for member in self.members.values():
            member.listen()

    def close(self) -> None:
        """Let the sockets go."""
        for member in self.members.values():
            member.socket.close()
        self.udp.close()


@pytest.fixture
def hall() -> Iterator[Hall]:
    """Four slots."""
    hall = Hall(slots=4)
    yield hall
    hall.close()


def gaps(packets: list[RtpPacket]) -> int:
    """Sequence numbers that are missing, over all slots."""
    missing = 0
    for ssrc in {packet.ssrc for packet in packets}:
        numbers = [packet.sequence for packet in packets if packet.ssrc == ssrc]
        for one, other in pairwise(numbers):
            missing += (other - one - 1) & 0xFFFF
    return missing


def test_a_slots_packet_names_the_speaker_and_its_level(hall):
    """CSRC, level, payload type, payload; the first packet of a turn has the marker."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    for level in (-20, -25):
        hall.say(ana, level)
    one, two = ben.listen()
    assert one.ssrc in hall.room.everyone.ssrcs
    assert (one.csrcs, one.level, one.voice, one.payload) == ((ana.source,), -20, True, SPEECH)
    assert (one.marker, two.marker, two.level) == (True, False, -25)
    assert two.timestamp - one.timestamp & 0xFFFF_FFFF == 960


@pytest.mark.parametrize("packets", [500, 40_100])
def test_three_speak_at_once_and_hear_the_others_without_gaps(hall, packets):
    """Also when each has skipped more of its own voice than SRTP could skip numbers."""
    speakers = [hall.enter(name, speaks=True) for name in ("ana", "ben", "cid")]
    eve = hall.enter("eve")
    if packets > 10_000:
        # Everyone in turn for so long that whoever is left out falls far behind.
        for speaker in speakers:
            hall.talk(packets // 3, speaker)
        for member in hall.members.values():
            member.heard.clear()
        packets = 500
    hall.talk(packets, *speakers)
    for speaker in speakers:
        sources = {packet.csrcs[0] for packet in speaker.heard}
        assert sources == {other.source for other in speakers if other is not speaker}
        assert len(speaker.heard) == 2 * packets
        assert gaps(speaker.heard) == 0
        assert speaker.undecryptable == 0
    assert len(eve.heard) == 3 * packets
    assert (gaps(eve.heard), eve.undecryptable) == (0, 0)


def test_a_monologue_of_40000_packets_does_not_deafen_its_speaker(hall):
    """After 13 minutes of one's own voice in the slot, the next speaker in it is heard."""
    hall.room = Room(
        "one slot",
        slots=1,
        new_vector=lambda capacity: Vector(Outbox(hall.udp), capacity),
        chance=hall.chance,
    )
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben", speaks=True)
    hall.talk(50, ben)
    hall.now += 1
    hall.talk(40_000, ana)
    assert (len(ben.heard), gaps(ben.heard), ben.undecryptable) == (40_000, 0, 0)
    hall.now += 1
    hall.talk(50, ben)
    assert (len(ana.heard), gaps(ana.heard), ana.undecryptable) == (100, 0, 0)
    assert {packet.csrcs for packet in ana.heard} == {(ben.source,)}


def test_a_listener_may_join_at_any_point_around_the_wrap(hall):
    """Each loses its first 60 packets, one of them the wrap, and decrypts all the others."""
    ana = hall.enter("ana", speaks=True)
    hall.say(ana)
    slot = hall.room.everyone.slots[0]
    hall.talk(65_536 - (slot.highest & 0xFFFF) - 2500, ana)
    late = []
    for i in range(50):
        member = hall.enter(f"late {i}")
        hall.talk(60, ana)
        member.heard.clear()
        # A receiver that has seen none of them.
        member.back = InboundSrtp(AES_128_GCM, member.name.encode().ljust(28, b"-"))
        late.append(member)
    hall.talk(100, ana)
    for i, member in enumerate(late):
        assert member.undecryptable == 0, member.name
        assert len(member.heard) == 60 * (49 - i) + 100
        assert gaps(member.heard) == 0


def test_what_the_uplink_lost_is_a_gap_for_everyone(hall):
    """Listeners can conceal it and report it."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben", speaks=True)
    eve = hall.enter("eve")
    hall.say(ana)
    ana.packet()  # lost on the way
    hall.say(ana)
    for member in (ben, eve):
        assert gaps(member.listen()) == 1


def test_a_slot_goes_on_when_its_speaker_changes(hall):
    """Numbers without a gap, time as it went, the marker at the seam, nothing late."""
    hall.room = Room(
        "one slot",
        slots=1,
        new_vector=lambda capacity: Vector(Outbox(hall.udp), capacity),
        chance=hall.chance,
    )
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben", speaks=True)
    eve = hall.enter("eve")
    hall.talk(20, ana)
    lagging = ana.packet()
    hall.now += 1.0
    hall.talk(20, ben)
    assert hall.room.forward("ana", lagging, hall.now) == []
    hall.listen()
    before, after = eve.heard[19], eve.heard[20]
    assert len(eve.heard) == 40
    assert gaps(eve.heard) == 0
    assert (before.csrcs, after.csrcs) == ((ana.source,), (ben.source,))
    assert after.marker
    # From the last packet of one to the first of the other: 1 s and one frame.
    assert (after.timestamp - before.timestamp) & 0xFFFF_FFFF == 48_000 + 960


def test_twelve_speak_and_a_listener_hears_the_four_loudest(hall):
    """The levels of all twelve are told."""
    speakers = [hall.enter(f"s{i:02}", speaks=True) for i in range(12)]
    eve = hall.enter("eve")
    for _ in range(150):
        for i, speaker in enumerate(speakers):
            hall.say(speaker, -65 + 5 * i + hall.chance.randrange(-4, 5))
        hall.now += FRAME
        hall.listen()
    eve.heard.clear()
    hall.room.levels(hall.now)
    for _ in range(50):
        for i, speaker in enumerate(speakers):
            hall.say(speaker, -65 + 5 * i + hall.chance.randrange(-4, 5))
        hall.now += FRAME
        hall.listen()
    assert {packet.csrcs[0] for packet in eve.heard} == {s.source for s in speakers[8:]}
    levels = hall.room.levels(hall.now)
    assert isinstance(levels, Levels)
    assert set(levels.dbov) == {speaker.name for speaker in speakers}
    assert all(abs(levels.dbov[s.name] - (-65 + 5 * i)) <= 8 for i, s in enumerate(speakers))
    assert set(levels.slots) == {speaker.name for speaker in speakers[8:]}
    assert {"s11", "s05"} <= levels.talking
    assert "s00" not in levels.talking


def test_levels_stop_once_it_is_silent(hall):
    """One last time all are told to be silent, then nothing."""
    ana = hall.enter("ana", speaks=True)
    assert hall.room.levels(hall.now) is None
    hall.say(ana)
    levels = hall.room.levels(hall.now)
    assert levels is not None
    assert (levels.dbov, levels.talking) == ({"ana": -20}, {"ana"})
    hall.now += 1.0
    last = hall.room.levels(hall.now)
    assert last is not None
    assert (last.dbov, last.talking) == ({"ana": -127}, frozenset())
    assert hall.room.levels(hall.now + 0.1) is None


def test_a_muted_speaker_is_heard_by_nobody_and_its_slot_is_free(hall):
    """Whatever it goes on sending."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.say(ana)
    hall.room.silence("ana")
    hall.say(ana)
    assert len(ben.listen()) == 1
    assert hall.room.levels(hall.now) is None
    hall.room.let_send("ana", ana.source)
    hall.say(ana)
    assert [packet.sequence for packet in ben.listen()] == [(ben.heard[0].sequence + 1) & 0xFFFF]


def test_a_listener_who_comes_to_the_stage_goes_on_hearing(hall):
    """Its stream has no gap, and its own voice is left out from then on."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.talk(10, ana)
    hall.room.let_send("ben", ben.source)
    hall.talk(10, ana, ben)
    hall.room.silence("ben")
    hall.talk(10, ana)
    assert (len(ben.heard), gaps(ben.heard), ben.undecryptable) == (30, 0, 0)
    assert {packet.csrcs for packet in ben.heard} == {(ana.source,)}
    assert len(ana.heard) == 10


def test_red_of_depth_4_fits_and_what_is_larger_is_dropped(hall):
    """The place of a packet is bounded."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    red = RedEncoder(4)
    for i in range(6):
        payload = red.encode(960 * i, bytes(120))
        packet = RtpPacket(RED_PT, i, 960 * i, 5, payload, level=-20)
        hall.room.forward("ana", packet, hall.now)
    heard = ben.listen()
    assert len(heard) == 6
    assert heard[-1].payload == payload
    hall.say(ana, payload=bytes(MAX_PAYLOAD))
    hall.say(ana, payload=bytes(MAX_PAYLOAD + 1))
    assert [len(packet.payload) for packet in ben.listen()] == [MAX_PAYLOAD]
    assert hall.room.counters.unusable == 1


def test_silence_behind_earlier_sound_is_silence(hall):
    """In RED the newest frame counts: what is repeated has been heard before."""
    _ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    red = RedEncoder(2)
    for i, frame in enumerate((SPEECH, SPEECH, b"\xf8")):
        payload = red.encode(960 * i, frame)
        hall.room.forward("ana", RtpPacket(RED_PT, i, 960 * i, 5, payload, level=0), hall.now)
    assert [packet.level for packet in ben.listen()] == [0, 0, -127]


@pytest.mark.parametrize("kind", [0, 13, 110, 127])
def test_other_payload_types_are_dropped(hall, kind):
    """Listeners agreed on Opus and RED only."""
    _ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.room.forward("ana", RtpPacket(kind, 1, 1, 1, SPEECH, level=-5), hall.now)
    assert ben.listen() == []
    assert hall.room.counters.unusable == 1


def test_malformed_red_is_dropped(hall):
    """It would only make every listener's decoder stumble."""
    _ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    hall.room.forward("ana", RtpPacket(RED_PT, 1, 1, 1, b"\xff" * 30, level=-5), hall.now)
    assert ben.listen() == []


def test_loss_is_told_to_whoever_holds_the_slot_uplink_and_downlink_apart(hall):
    """20 % on the way up and 10 % from there on are not 28 % of anything."""
    ana = hall.enter("ana", speaks=True)
    listeners = [hall.enter(f"ear {i}") for i in range(10)]
    for i in range(1500):
        packet = ana.packet(-20 - i % 20)
        if i % 5:
            hall.room.forward("ana", packet, hall.now)
        hall.now += FRAME
        if i % 50 == 49:
            hall.listen()
            told = hall.room.report_to("ana", hall.now)
            assert told is not None
    slot = hall.room.everyone.ssrcs[0]
    for i, listener in enumerate(listeners):
        share = 0.28 if i else 1.0  # one bad link of ten
        block = ReportBlock(slot, round(share * 256), 0, 0, 0)
        blocks = [block, ReportBlock(5, 255, 0, 0, 0)]
        hall.room.take_reports(listener.name, blocks, hall.now, ntp=0)
    hall.say(ana)
    told = hall.room.report_to("ana", hall.now)
    assert told is not None
    report, loss = told
    assert report.reports[0].ssrc == ana.ssrc
    assert loss.uplink == pytest.approx(0.2, abs=0.02)
    assert loss.downlink == pytest.approx(0.1, abs=0.03)
    assert hall.room.report_to("ana", hall.now + 1) is None  # it has sent nothing since
    assert hall.room.report_to("ear 1", hall.now) is None


def test_sender_reports_name_only_slots_in_use(hall):
    """Their timestamps are those of the packets, tied to the clock."""
    ana, ben = hall.enter("ana", speaks=True), hall.enter("ben")
    assert hall.room.everyone.sender_reports(77, hall.now) == []
    hall.say(ana)
    (packet,) = ben.listen()
    report, description = hall.room.everyone.sender_reports(77, hall.now + 0.5)
    assert report.ssrc == packet.ssrc
    assert report.timestamp == (packet.timestamp + 24_000) & 0xFFFF_FFFF
    assert (report.ntp, report.packets, report.octets) == (77, 1, len(SPEECH))
    assert description.cnames == ((packet.ssrc, "tui-rooms"),)
