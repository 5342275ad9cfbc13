"""The socket and the addresses of this machine."""

import socket
import sys

import pytest

from tui_rooms.sfu.network import addresses
from tui_rooms.sfu.network.addresses import candidate_hosts, interface_addresses
from tui_rooms.sfu.network.udp import UdpSocket


def test_interfaces_have_addresses_that_can_be_bound():
    """Each is ours; loopback is there only when it is alone."""
    found = interface_addresses()
    assert found
    for host in found:
        UdpSocket.bind(host, 0).close()
    assert found == ("127.0.0.1",) or not any(host.startswith("127.") for host in found)


def test_only_a_socket_on_all_addresses_offers_the_interfaces():
    """Loopback stays loopback."""
    assert candidate_hosts("127.0.0.1", None) == ("127.0.0.1",)
    assert candidate_hosts("0.0.0.0", None) == interface_addresses()
    assert candidate_hosts("127.0.0.1", "203.0.113.9") == ("203.0.113.9", "127.0.0.1")
    assert candidate_hosts("127.0.0.1", "127.0.0.1") == ("127.0.0.1",)


def test_a_machine_with_only_loopback_offers_it(monkeypatch):
    """Offline rooms on one machine work."""
    monkeypatch.setattr(addresses, "_UP", 0)  # no interface counts as up
    assert interface_addresses() == ("127.0.0.1",)


def test_a_datagram_says_where_it_was_sent_to():
    """On all addresses; with one address there is nothing to say."""
    for bound, expected in (("0.0.0.0", bytes((127, 0, 0, 2))), ("127.0.0.2", None)):
        if bound == "127.0.0.2" and sys.platform != "linux":
            pytest.skip("only Linux answers on all of 127/8")
        udp = UdpSocket.bind(bound, 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"hello", ("127.0.0.2", udp.port))
            received = udp.receive()
            assert received is not None
            data, address, local = received
            assert (data, address[1], local) == (b"hello", client.getsockname()[1], expected)
            assert udp.receive() is None
            assert udp.send(b"answer", address, local)
            assert client.recvfrom(100) == (b"answer", ("127.0.0.2", udp.port))
        udp.close()


def test_an_unreachable_address_is_no_error():
    """The datagram is lost, as on a bad network."""
    udp = UdpSocket.bind("127.0.0.1", 0)
    assert not udp.send(b"x", ("127.0.0.1", 0), None)
    udp.close()


def test_a_socket_of_ipv6_is_refused_by_name():
    """Candidates and answers are IPv4."""
    with (
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock,
        pytest.raises(ValueError, match="AF_INET6, expected AF_INET"),
    ):
        UdpSocket(sock)
