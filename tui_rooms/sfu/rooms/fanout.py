"""One packet to everyone in a room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tui_rooms.rtc.srtp import OutboundSrtp
from tui_rooms.sfu.network.outbox import CAPACITY
from tui_rooms.sfu.network.udp import Address
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.rooms.numbers import FIRST_GROUP, Numbers
from tui_rooms.sfu.rooms.slots import Slot

NewVector: TypeAlias = Callable[[int], Vector]
"""Makes an empty vector of that capacity."""

_SMALLEST = 16


@dataclass(slots=True, eq=False)
class Listener:
    """One receiver of a room's packets."""

    peer: str
    srtp: OutboundSrtp
    address: Address
    local: bytes | None
    """Our address that it talks to; None when there is only one."""
    numbers: Numbers


class FanOut:
    """Encrypts a packet for every listener and sends them all.

    As many vectors as there are thousands of listeners. A failed encryption sends that
    listener nothing and the others theirs: plaintext never leaves.
    """

    def __init__(self, new_vector: NewVector) -> None:
        self._new_vector = new_vector
        self._racks: list[_Rack] = []
        self._rack_of: dict[Listener, _Rack] = {}

    def __len__(self) -> int:
        return len(self._rack_of)

    def add(self, listener: Listener) -> None:
        """From now on send to this listener too."""
        for rack in self._racks:
            if rack.size < CAPACITY:
                break
        else:
            rack = _Rack(self._new_vector)
            self._racks.append(rack)
        rack.add(listener)
        self._rack_of[listener] = rack

    def discard(self, listener: Listener) -> None:
        """Send nothing more to this listener. An unknown one changes nothing."""
        rack = self._rack_of.pop(listener, None)
        if rack is None:
            return
        rack.remove(listener)
        if not rack.size:
            self._racks.remove(rack)

    def update(self, listener: Listener) -> None:
        """The listener's address or numbers have changed."""
        self._rack_of[listener].update(listener)

    def forward(
        self, slot: Slot, number: int, packet: bytes, skip: Listener | None
    ) -> list[Listener]:
        """Send a packet to everyone but `skip`.

        Args:
            slot: where it belongs.
            number: the slot's number for it.
            packet: plain RTP with the sequence number of the first group.
            skip: whose voice it is.

        Returns:
            Those for whom it could not be encrypted; they are still members and ought to be
            discarded.
        """
        failed: list[Listener] = []
        for rack in self._racks:
            rack.forward(slot, number, packet, skip, failed)
        return failed


class _Rack:
    """The listeners of one vector, in the order of its places."""

    def __init__(self, new_vector: NewVector) -> None:
        self._new_vector = new_vector
        self._vector = new_vector(_SMALLEST)
        self._listeners: list[Listener] = []
        self._places: dict[Listener, int] = {}
        self._renumbered: dict[Listener, Numbers] = {}
        """Those who get other sequence numbers than the packet has."""

    @property
    def size(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        if self.size == self._vector.capacity:
            self._grow()
        self._places[listener] = self._append(listener)
        self._listeners.append(listener)
        self.update(listener)

    def remove(self, listener: Listener) -> None:
        self._swap(self._places[listener], self.size - 1)
        self._vector.pop()
        self._listeners.pop()
        del self._places[listener]
        self._renumbered.pop(listener, None)

    def update(self, listener: Listener) -> None:
        self._vector.readdress(self._places[listener], listener.address, listener.local)
        if listener.numbers is FIRST_GROUP:
            self._renumbered.pop(listener, None)
        else:
            self._renumbered[listener] = listener.numbers

    def forward(
        self,
        slot: Slot,
        number: int,
        packet: bytes,
        skip: Listener | None,
        failed: list[Listener],
    ) -> None:
        vector = self._vector
        vector.fill(packet)
        for listener, numbers in self._renumbered.items():
            if listener is not skip:
                vector.write_sequence(self._places[listener], numbers.sequence(slot, number))
        left_out = None if skip is None else self._places.get(skip)
        if left_out is None:
            self._send(0, len(self._listeners), failed)
        else:
            self._send(0, left_out, failed)
            self._send(left_out + 1, len(self._listeners), failed)

    def _send(self, start: int, end: int, failed: list[Listener]) -> None:
        """Encrypt and send some of the places."""
        if start >= end:
            return
        vector = self._vector
        statuses = vector.protect(start, end)
        if any(statuses):
            begin = start
            for place, status in enumerate(statuses, start):
                if status:
                    vector.send(begin, place)
                    begin = place + 1
                    failed.append(self._listeners[place])
            start = begin
        vector.send(start, end)

    def _append(self, listener: Listener) -> int:
        return self._vector.append(listener.srtp.handle, listener.address, listener.local)

    def _grow(self) -> None:
        self._vector = self._new_vector(min(2 * self._vector.capacity, CAPACITY))
        for listener in self._listeners:
            self._append(listener)

    def _swap(self, one: int, other: int) -> None:
        if one == other:
            return
        self._vector.swap(one, other)
        listeners = self._listeners
        listeners[one], listeners[other] = listeners[other], listeners[one]
        self._places[listeners[one]] = one
        self._places[listeners[other]] = other
