"""One packet to many listeners: real SRTP, real sockets."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tui_rooms.rtc.rtp import RtpPacket, parse_rtp
from tui_rooms.rtc.srtp import AES_128_GCM, AES_256_GCM, TAG_BYTES, InboundSrtp, OutboundSrtp
from tui_rooms.sfu.network.libc import HAS_SENDMMSG
from tui_rooms.sfu.network.outbox import CAPACITY, Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import MAX_PACKET, Vector
from tui_rooms.sfu.rooms.fanout import FanOut, Listener
from tui_rooms.sfu.rooms.numbers import FIRST_GROUP, SECOND_GROUP, Numbers, OwnNumbers
from tui_rooms.sfu.rooms.slots import Slot

PAYLOAD = b"nobody but the listener may read this"


class Ear:
    """A listener's own socket and keys."""

    def __init__(self, name: str, numbers: Numbers, sock: socket.socket) -> None:
        profile = AES_256_GCM if name.endswith("7") else AES_128_GCM
        key = name.encode().ljust(profile.key_bytes + 12, b"-")
        self.socket = sock
        self.back = InboundSrtp(profile, key)
        self.listener = Listener(
            name, OutboundSrtp(profile, key), sock.getsockname(), None, numbers
        )

    def datagrams(self) -> list[bytes]:
        """What has come since the last time; loopback delivers before the send returns."""
        found = []
        while True:
            try:
                found.append(self.socket.recv(2048))
            except BlockingIOError:
                return found

    def packets(self) -> list[RtpPacket]:
        """The same, decrypted."""
        plain = [self.back.unprotect(data) for data in self.datagrams()]
        parsed = [parse_rtp(data) for data in plain if data is not None]
        return [packet for packet in parsed if packet is not None]


class Lab:
    """A fan-out and its listeners."""

    def __init__(self, stack: ExitStack, *, sendmmsg: bool) -> None:
        self.udp = UdpSocket.bind("127.0.0.1", 0)
        stack.callback(self.udp.close)
        self._stack = stack
        self.slot = Slot(0, 99, random.Random(2))
        self.outbox = Outbox(self.udp, sendmmsg=sendmmsg)
        self.fan_out = FanOut(lambda capacity: Vector(self.outbox, capacity))

    def open_socket(self) -> socket.socket:
        """Where a listener hears."""
        sock = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        return sock

    def ear(self, name: str, numbers: Numbers = FIRST_GROUP) -> Ear:
        """One more listener."""
        ear = Ear(name, numbers, self.open_socket())
        self.fan_out.add(ear.listener)
        return ear

    def forward(
        self, number: int, skip: Listener | None = None, payload: bytes = PAYLOAD
    ) -> tuple[int, list[Listener]]:
        """Send a packet with that number; how many were sent, and for whom it failed."""
        packet = RtpPacket(111, number & 0xFFFF, 0, self.slot.ssrc, payload).serialize()
        before = self.outbox.counters.forwarded
        failed = self.fan_out.forward(self.slot, number, packet, skip)
        return self.outbox.counters.forwarded - before, failed


@pytest.fixture(params=["sendmmsg", "sendto"])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Both ways of sending."""
    if request.param == "sendmmsg" and not HAS_SENDMMSG:
        pytest.skip("this system has no sendmmsg")
    with ExitStack() as stack:
        yield Lab(stack, sendmmsg=request.param == "sendmmsg")


def test_everyone_gets_the_packet_in_their_own_encryption(lab):
    """The same sound, never the same bytes, in both SRTP profiles."""
    ears = [lab.ear(f"ear {i}") for i in range(40)]
    assert lab.forward(20_000) == (40, [])
    raw = [ear.datagrams() for ear in ears]
    assert len({data for datagrams in raw for data in datagrams}) == 40
    assert not any(PAYLOAD in data for datagrams in raw for data in datagrams)
    for ear, datagrams in zip(ears, raw, strict=True):
        packet = parse_rtp(ear.back.unprotect(datagrams[0]) or b"")
        assert packet is not None
        assert (packet.payload, packet.sequence, packet.ssrc) == (PAYLOAD, 20_000, 99)


def test_each_gets_the_numbers_of_its_group(lab):
    """The second group is half a cycle later; own numbers are their own."""
    first, second = lab.ear("first"), lab.ear("second", SECOND_GROUP)
    own = lab.ear("own", OwnNumbers(1, random.Random(5)))
    for number in (40_000, 40_001, 40_003):
        lab.forward(number)
    assert [p.sequence for p in first.packets()] == [40_000, 40_001, 40_003]
    assert [p.sequence for p in second.packets()] == [7232, 7233, 7235]
    heard = [p.sequence for p in own.packets()]
    assert [sequence - heard[0] for sequence in heard] == [0, 1, 3]


def test_nobody_hears_themself(lab):
    """Whoever it is and whoever was left out before."""
    ears = [lab.ear(f"ear {i}") for i in range(5)]
    for number, speaker in enumerate([3, 3, 0, 4, 3, 1]):
        assert lab.forward(20_000 + number, skip=ears[speaker].listener) == (4, [])
        heard = [len(ear.packets()) for ear in ears]
        assert heard == [0 if i == speaker else 1 for i in range(5)]


def test_who_left_gets_nothing_and_the_others_theirs(lab):
    """Whatever the order of coming and going."""
    chance = random.Random(9)
    ears: list[Ear] = []
    number = 20_000
    for step in range(60):
        if ears and chance.random() < 0.45:
            gone = ears.pop(chance.randrange(len(ears)))
            lab.fan_out.discard(gone.listener)
            lab.fan_out.discard(gone.listener)
            number += 1
            lab.forward(number)
            assert gone.packets() == []
        else:
            ears.append(lab.ear(f"ear {step}"))
            number += 1
            lab.forward(number)
        assert len(lab.fan_out) == len(ears)
        for ear in ears:
            assert ear.packets()[-1].sequence == number


def test_a_new_address_is_used_from_the_next_packet_on(lab):
    """A listener whose network has changed goes on hearing."""
    ear, other = lab.ear("ear"), lab.ear("other")
    moved = lab.open_socket()
    ear.listener.address = moved.getsockname()
    lab.fan_out.update(ear.listener)
    assert lab.forward(20_000) == (2, [])
    assert ear.packets() == []
    assert len(moved.recv(2048)) > len(PAYLOAD)
    assert len(other.packets()) == 1


def test_when_encryption_fails_for_one_the_others_hear_and_no_plaintext_leaves(lab):
    """A listener whose SRTP refuses the packet gets nothing at all, wherever it stands."""
    ears = [lab.ear(f"ear {i}") for i in range(9)]
    for number, broken in enumerate(((0,), (8,), (3, 4), (0, 8)), 20_000):
        for i in broken:
            # A packet far ahead on the same stream makes libsrtp refuse the next real one.
            ahead = RtpPacket(111, number + 20_000, 0, lab.slot.ssrc).serialize()
            assert ears[i].listener.srtp.protect(ahead) is not None
        sent, failed = lab.forward(number)
        assert sent == 9 - len(broken)
        assert {listener.peer for listener in failed} == {f"ear {i}" for i in broken}
        for i, ear in enumerate(ears):
            datagrams = ear.datagrams()
            assert not any(PAYLOAD in data for data in datagrams)
            assert len(datagrams) == (0 if i in broken else 1)
        for i in broken:
            lab.fan_out.discard(ears[i].listener)
            ears[i] = lab.ear(f"ear {i}")


def test_an_address_that_the_system_refuses_costs_only_its_own_packet(lab):
    """The send is taken up again behind it."""
    ears = [lab.ear(f"ear {i}") for i in range(6)]
    for i in (0, 3):
        ears[i].listener.address = ("127.0.0.1", 0)  # EINVAL
        lab.fan_out.update(ears[i].listener)
    assert lab.forward(20_000) == (4, [])
    assert [len(ear.packets()) for ear in ears] == [0, 1, 1, 0, 1, 1]


def test_packets_of_every_size_up_to_the_limit_arrive(lab):
    """The vector's lengths follow, larger and smaller."""
    ear = lab.ear("ear")
    largest = MAX_PACKET - 12
    for number, size in enumerate((1, largest, 80, 81, largest, 2)):
        lab.forward(20_000 + number, payload=bytes(size))
        (data,) = ear.datagrams()
        assert len(data) == 12 + size + TAG_BYTES


def test_more_listeners_than_one_vector_holds(lab):
    """Everyone of 1100 gets one packet that only they can read, and the speaker none."""
    sockets = [lab.open_socket() for _ in range(11)]
    ears = [Ear(f"ear {i}", FIRST_GROUP, sockets[i % 11]) for i in range(CAPACITY + 76)]
    for ear in ears:
        lab.fan_out.add(ear.listener)
    speaker = ears[CAPACITY + 5]
    assert lab.forward(20_000, skip=speaker.listener) == (len(ears) - 1, [])
    for first in range(11):
        waiting = [ear for ear in ears[first::11] if ear is not speaker]
        for data in ears[first].datagrams():
            reader = next(ear for ear in waiting if ear.back.unprotect(data) is not None)
            waiting.remove(reader)
        assert waiting == []
