"""What one address may do."""

import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.addresses import Addresses, AddressLimits, Paces, stranger

ONE = "203.0.113.7"
OTHER = "203.0.113.8"


class Clock:
    """A clock that stands until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    """A clock of this test's own."""
    return Clock()


@pytest.fixture
def addresses(clock):
    """Small limits."""
    limits = AddressLimits(connections=2, requests_per_second=1.0, burst=3, rooms=1)
    return Addresses(limits, clock=clock)


def test_an_address_that_asks_too_fast_waits_and_the_others_do_not(addresses, clock):
    """The burst is its own, and grows again with time."""
    for _ in range(3):
        addresses.request(ONE)
    with pytest.raises(RoomError, match=r"203\.0\.113\.7") as refused:
        addresses.request(ONE)
    assert refused.value.code == "too-fast"
    addresses.request(OTHER)
    clock.now += 1.0
    addresses.request(ONE)


def test_an_address_has_so_many_connections_and_gets_one_back(addresses):
    """A connection that ends makes room for another."""
    addresses.connected(ONE)
    addresses.connected(ONE)
    with pytest.raises(RoomError, match="2 connections"):
        addresses.connected(ONE)
    addresses.connected(OTHER)
    addresses.disconnected(ONE)
    addresses.connected(ONE)


def test_guests_of_an_address_have_so_many_rooms_open(addresses):
    """A room that has ended counts no more."""
    addresses.made_room(ONE, "tea")
    with pytest.raises(RoomError) as refused:
        addresses.check_rooms(ONE, lambda room: room == "tea")
    assert refused.value.code == "room-limit"
    addresses.check_rooms(OTHER, lambda _: True)
    addresses.check_rooms(ONE, lambda _: False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", None])
def test_this_machine_is_no_stranger(addresses, host):
    """Its owner's own programs are not limited."""
    assert stranger(host) is None
    for _ in range(10):
        addresses.request(host)
        addresses.made_room(host, "tea")
        addresses.connected(host)
    addresses.check_rooms(host, lambda _: True)
    addresses.disconnected(host)


@pytest.mark.parametrize(
    ("host", "counts_as"),
    [
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("::ffff:203.0.113.7", ONE),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("x" * 200, "x" * 100),
        ("2001:db8::1%" + "z" * 200, "2001:db8::/64"),
    ],
)
def test_a_network_of_ipv6_counts_as_one(host, counts_as):
    """Whoever has one such address has all of its network."""
    assert stranger(host) == counts_as


def test_what_is_remembered_is_bounded(clock):
    """A million addresses cost no more than the most that are kept; the quietest goes first."""
    paces = Paces(burst=1, per_second=0.1, clock=clock, most=2)
    assert paces.allows("a")
    assert paces.allows("b")
    assert not paces.allows("a")
    assert paces.allows("c")
    assert paces.allows("b")
    assert not paces.allows("c")
