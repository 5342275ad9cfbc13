"""Copies that go out together: real SRTP, real sockets."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest

from tui_rooms.rtc.rtp import RtpPacket
from tui_rooms.rtc.srtp import AES_128_GCM, InboundSrtp, OutboundSrtp
from tui_rooms.sfu.network.libc import HAS_SENDMMSG
from tui_rooms.sfu.network.outbox import CAPACITY, Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import Vector

pytestmark = pytest.mark.skipif(not HAS_SENDMMSG, reason="this system has no sendmmsg")
KEY = bytes(28)


class Room:
    """A vector of some places that all lead to one socket."""

    def __init__(self, sock: socket.socket, outbox: Outbox, places: int) -> None:
        self.sock = sock
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.vector: Vector | None = Vector(outbox, places)
        self.sessions = [OutboundSrtp(AES_128_GCM, KEY) for _ in range(places)]
        for session in self.sessions:
            self.vector.append(session.handle, self.sock.getsockname(), None)
        self._number = 0

    def say(self, payload: bytes) -> None:
        """To everybody."""
        assert self.vector is not None
        self._number += 1
        self.vector.fill(RtpPacket(111, self._number, 0, 9, payload).serialize())
        assert not any(self.vector.protect(0, self.vector.count))
        self.vector.send(0, self.vector.count)

    def heard(self) -> list[bytes]:
        """The payloads of what has come; each copy is a stream of its own to libsrtp."""
        found = []
        while True:
            try:
                plain = InboundSrtp(AES_128_GCM, KEY).unprotect(self.sock.recv(2048))
            except BlockingIOError:
                return found
            assert plain is not None
            found.append(plain[12:])


NewRoom: TypeAlias = Callable[[int], Room]


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    """Not held."""
    udp = UdpSocket.bind("127.0.0.1", 0)
    yield Outbox(udp)
    udp.close()


@pytest.fixture
def new_room(outbox: Outbox) -> Iterator[NewRoom]:
    """Makes rooms of so many places."""
    with ExitStack() as stack:

        def made(places: int) -> Room:
            sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            return Room(sock, outbox, places)

        yield made


def test_what_waits_goes_out_at_the_end_of_several_rooms(outbox, new_room):
    """Held, nothing leaves; released, everything does, and is counted once it has."""
    one, other = new_room(3), new_room(2)
    one.say(b"at once")
    assert one.heard() == [b"at once"] * 3
    outbox.hold()
    one.say(b"one")
    other.say(b"another")
    assert (one.heard(), other.heard(), outbox.counters.forwarded) == ([], [], 3)
    outbox.release()
    assert (one.heard(), other.heard()) == ([b"one"] * 3, [b"another"] * 2)
    assert (outbox.counters.forwarded, outbox.counters.unsent) == (8, 0)


def test_places_that_change_send_first_what_waits_in_them(outbox, new_room):
    """The next packet, a new address, a receiver who leaves: what was to go out goes as it was."""
    room, elsewhere = new_room(2), new_room(1)
    assert room.vector is not None
    outbox.hold()
    room.say(b"first")
    room.say(b"x" * 900)  # larger than places are so far
    assert room.heard() == [b"first"] * 2
    room.vector.readdress(1, elsewhere.sock.getsockname(), None)
    assert room.heard() == [b"x" * 900] * 2
    room.say(b"second")
    room.vector.swap(0, 1)
    assert (room.heard(), elsewhere.heard()) == ([b"second"], [b"second"])
    room.say(b"third")
    room.vector.pop()
    assert (room.heard(), elsewhere.heard()) == ([b"third"], [b"third"])
    outbox.release()


def test_who_is_gone_before_the_end_has_not_taken_others_memory(outbox, new_room):
    """A room that is closed while its packets wait: they still go out whole."""
    room = new_room(8)
    outbox.hold()
    room.say(b"farewell")
    room.vector = None
    others = [new_room(8) for _ in range(4)]
    outbox.release()
    assert room.heard() == [b"farewell"] * 8
    assert [other.heard() for other in others] == [[]] * 4


def test_more_than_one_call_takes(outbox, new_room):
    """It does not wait for the end then, and nothing is left out."""
    rooms = [new_room(CAPACITY // 4) for _ in range(5)]
    outbox.hold()
    for room in rooms:
        room.say(b"many")
    assert [len(room.heard()) for room in rooms] == [CAPACITY // 4] * 4 + [0]
    outbox.release()
    assert len(rooms[4].heard()) == CAPACITY // 4
