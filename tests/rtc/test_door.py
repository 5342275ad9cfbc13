"""The client's socket: whom it hears, and what it says of the time."""

import asyncio
import contextlib
import select
import socket
import sys
import time
from collections.abc import Iterator

import pytest
from aioice import Connection

from tests.support.waiting import wait_until
from tui_rooms.rtc.door import MOST_AT_ONCE, Door

MEDIA = b"\x80" + bytes(20)
WAITING = 0.1
"""Seconds that a datagram is left in the socket."""


class Owner:
    """Takes media, and hears the given peers."""

    def __init__(self, *peers: socket.socket) -> None:
        self.peers = {peer.getsockname()[:2] for peer in peers}
        self.taken: list[tuple[bytes, float]] = []

    def take_media(self, data: bytes, arrival: float) -> bool:
        if data[-1:] == b"!":
            raise ZeroDivisionError("a bug of whoever takes it")
        self.taken.append((data, arrival))
        return True


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    """The server's socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@contextlib.contextmanager
def door_of(owner: Owner) -> Iterator[tuple[Door, tuple[str, int]]]:
    """An open door and its address."""
    door = Door(Connection(ice_controlling=True), owner, "127.0.0.1")
    try:
        yield door, (door.local_candidate.host, door.local_candidate.port)
    finally:
        door.transport.close()


def _arrived(door: Door) -> None:
    assert select.select([door._socket], [], [], 5.0)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux' kernel says when a datagram came")
async def test_a_datagram_that_waited_came_when_it_came(peer: socket.socket):
    """Its arrival is when the kernel had it, however late it is read."""
    owner = Owner(peer)
    with door_of(owner) as (door, address):

        def said_to_have_waited() -> float:
            peer.sendto(MEDIA, address)
            _arrived(door)
            there = time.monotonic()
            wait_until(lambda: time.monotonic() > there + WAITING, "some time to pass")
            now = time.monotonic()
            door.read(now)
            return now - owner.taken[-1][1]

        # Linux begins to stamp a moment after the first socket of a machine asked for it; until
        # then a datagram's stamp is when it is read.
        wait_until(
            lambda: WAITING * 0.9 < said_to_have_waited() < WAITING + 1.0,
            "a datagram that is as old as it is",
        )


async def test_strangers_are_not_heard(peer: socket.socket):
    """Only the addresses of the offer are; what else comes is dropped before it is looked at."""
    owner = Owner(peer)
    with (
        door_of(owner) as (door, address),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        stranger.sendto(MEDIA + b"stranger", address)
        peer.sendto(b"", address)
        peer.sendto(MEDIA, address)
        _arrived(door)
        door.read(time.monotonic())
    assert [data for data, _ in owner.taken] == [MEDIA]


async def test_a_flood_leaves_others_their_turn(peer: socket.socket):
    """So many at once and no more; the rest with the next look."""
    owner = Owner(peer)
    with door_of(owner) as (door, address):
        for _ in range(MOST_AT_ONCE + 10):
            peer.sendto(MEDIA, address)
        _arrived(door)
        door.read(time.monotonic())
        assert len(owner.taken) == MOST_AT_ONCE
        door.read(time.monotonic())
    assert len(owner.taken) == MOST_AT_ONCE + 10


async def test_whoever_fails_at_one_datagram_gets_the_next(
    peer: socket.socket, caplog: pytest.LogCaptureFixture
):
    """A bug behind the door costs one datagram and a line in the log, not the sound."""
    owner = Owner(peer)
    with door_of(owner) as (door, address):
        peer.sendto(MEDIA + b"!", address)
        peer.sendto(MEDIA, address)
        _arrived(door)
        door.read(time.monotonic())
    assert len(owner.taken) == 1
    assert "could not be taken" in caplog.text


async def test_a_closed_door_is_silent(peer: socket.socket):
    """Reading, sending and closing it again are nothing."""
    with door_of(Owner(peer)) as (door, address):
        pass
    await asyncio.sleep(0)
    door.read(time.monotonic())
    door.transport.sendto(MEDIA, address)
    door.transport.close()
