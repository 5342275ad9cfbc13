"""Datagrams taken many at a time, on real sockets."""

import socket
import sys
from collections.abc import Iterator

import pytest

from tui_rooms.sfu.network.inbox import BATCH, Inbox
from tui_rooms.sfu.network.libc import HAS_RECVMMSG
from tui_rooms.sfu.network.udp import MAX_DATAGRAM, UdpSocket

LOOPBACK = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


@pytest.fixture(params=["recvmmsg", "one by one"])
def many(request: pytest.FixtureRequest) -> bool:
    """Both ways of receiving."""
    if request.param == "recvmmsg" and not HAS_RECVMMSG:
        pytest.skip("this system has no recvmmsg")
    return request.param == "recvmmsg"


@pytest.fixture
def client() -> Iterator[socket.socket]:
    """Somebody who sends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.mark.parametrize("bound", ["0.0.0.0", LOOPBACK])
def test_each_datagram_says_what_it_is_whence_and_whither(many, client, bound):
    """In order, of any length; the address that was asked where there are several, every time."""
    udp = UdpSocket.bind(bound, 0)
    inbox = Inbox(udp, recvmmsg=many)
    assert inbox.take() == []
    own = socket.inet_aton(LOOPBACK) if bound == "0.0.0.0" else None
    for sent in ([b"hello", b"", b"x" * 1200], [b"again"]):
        for data in sent:
            client.sendto(data, (LOOPBACK, udp.port))
        sizes = inbox.take()
        assert [inbox.data(place, size) for place, size in enumerate(sizes)] == sent
        assert {inbox.source(place) for place in range(len(sent))} == {client.getsockname()}
        assert {inbox.local(place) for place in range(len(sent))} == {own}
    udp.close()


def test_what_is_too_much_waits_and_what_is_too_long_is_cut(many, client):
    """A full inbox leaves the rest for the next look."""
    udp = UdpSocket.bind("127.0.0.1", 0)
    inbox = Inbox(udp, recvmmsg=many)
    for _ in range(BATCH):
        client.sendto(b"x" * (MAX_DATAGRAM + 10), ("127.0.0.1", udp.port))
    client.sendto(b"last", ("127.0.0.1", udp.port))
    assert inbox.take() == [MAX_DATAGRAM] * BATCH
    assert inbox.take() == [4]
    udp.close()


def test_a_datagram_put_there_is_as_good_as_one_that_came(many, client):
    """From whatever address, and to whichever of ours."""
    udp = UdpSocket.bind("0.0.0.0", 0)
    inbox = Inbox(udp, recvmmsg=many)
    for port in range(1, 1000):  # more than are remembered
        address, own = (f"198.51.100.{port % 200}", port), bytes((10, 0, 0, port % 9))
        assert inbox.put(3, b"hello", address, own) == 5
        assert (inbox.data(3, 5), inbox.source(3), inbox.local(3)) == (b"hello", address, own)
    inbox.put(3, b"", client.getsockname(), None)
    assert inbox.local(3) is None
    udp.close()
