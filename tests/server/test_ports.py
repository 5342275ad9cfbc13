"""One number for TCP and UDP."""

import socket

import pytest

from tui_rooms.server.ports import PortError, bind_ports


def test_port_zero_takes_one_number_for_both():
    """TCP and UDP get the same free number."""
    ports = bind_ports("127.0.0.1", 0)
    (udp,) = ports.udp
    with ports.tcp, udp:
        assert ports.tcp.getsockname() == udp.getsockname() == ("127.0.0.1", ports.port)


def test_further_media_ports_follow_the_first():
    """So that an operator knows which to open in a firewall."""
    ports = bind_ports("127.0.0.1", 0, media=3)
    with ports.tcp:
        numbers = [udp.getsockname()[1] for udp in ports.udp]
        for udp in ports.udp:
            udp.close()
    assert numbers == [ports.port, ports.port + 1, ports.port + 2]


def test_media_ports_beyond_the_last_one_are_a_sentence():
    """There is no port 65536."""
    with pytest.raises(PortError, match="port 65536 does not exist"):
        bind_ports("127.0.0.1", 65_535, media=2)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_a_sentence(kind):
    """It says which port, which protocol, and what to do."""
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=rf"port {port} .* is in use: .*--port"):
            bind_ports("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no such host", "203.0.113.7", "a..b", "a" * 64])
def test_an_address_that_is_not_ours_is_a_sentence(host):
    """Neither a name that means nothing nor another machine's number."""
    with pytest.raises(PortError, match=r"cannot listen|not an address of this machine"):
        bind_ports(host, 0)
