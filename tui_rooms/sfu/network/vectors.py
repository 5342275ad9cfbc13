"""Up to 1024 copies of one packet, encrypted in place and handed over in one system call."""

import socket
import struct
from array import array
from typing import Any, Final

from pylibsrtp._binding import ffi as srtp_ffi
from pylibsrtp._binding import lib as srtp_lib

from tui_rooms.rtc.srtp import TAG_BYTES
from tui_rooms.sfu.network.libc import ffi
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import CONTROL_BYTES, Address

STRIDES: Final = (144, 272, 528, 960)
"""Bytes of a place, which grows with the packets that come, from plain Opus at 32 kb/s on: what is
copied costs 0.1 µs for each KB, and pushes more useful things out of the caches. Powers of two
would share few cache lines."""
STRIDE: Final = STRIDES[-1]
"""Of the largest: a header, RED of depth 4 at up to 70 kb/s, and the tag."""
MAX_PACKET: Final = STRIDE - TAG_BYTES
"""Bytes of the longest packet that fits."""
_NAME: Final = 16
_srtp_protect: Final[Any] = srtp_lib.srtp_protect


class Vector:
    """Places for copies of a packet, each with the encryption and address of one receiver.

    The places 0 to `count` - 1 are in use. All copies have the same length. While some of them wait
    in the outbox nothing here changes: they go out first.
    """

    def __init__(self, outbox: Outbox, capacity: int) -> None:
        """`capacity`: at most what the outbox takes."""
        self.capacity = capacity
        self.count = 0
        self._outbox = outbox
        self._waits_in = -1
        """In which turn of the outbox some of it waits, if that still lasts."""
        self._sendmmsg = outbox.sendmmsg
        self._handles: list[Any] = []
        self._targets: list[tuple[Address, bytes | None]] = []
        self._lengths = srtp_ffi.new("int[]", capacity)
        self._lengths_bytes = srtp_ffi.buffer(self._lengths)
        # Made once: building a pointer costs as much as a tenth of the encryption.
        self._length_pointers = [self._lengths + i for i in range(capacity)]
        if self._sendmmsg:
            self._build_headers()
        self._lay_out(STRIDES[0])

    def append(self, handle: Any, address: Address, local: bytes | None) -> int:
        """Use one more place; there must be one.

        Args:
            handle: libsrtp's, of the receiver's outbound session.
            address: where to send to.
            local: our address to send from, 4 bytes; None leaves it to the system.

        Returns:
            The place.
        """
        place = self.count
        self.count += 1
        self._handles.append(handle)
        self._targets.append((address, local))
        self._write_target(place)
        return place

    def readdress(self, place: int, address: Address, local: bytes | None) -> None:
        """From now on send this place's copies elsewhere."""
        self._settle()
        self._targets[place] = (address, local)
        self._write_target(place)

    def swap(self, one: int, other: int) -> None:
        """Let two receivers change places; packets are not moved."""
        self._settle()
        for row in (self._handles, self._targets):
            row[one], row[other] = row[other], row[one]
        self._write_target(one)
        self._write_target(other)

    def pop(self) -> None:
        """Give the last place back."""
        self._settle()
        self.count -= 1
        self._handles.pop()
        self._targets.pop()

    def fill(self, packet: bytes) -> None:
        """Copy a plain packet of at most `MAX_PACKET` bytes to every place."""
        self._settle()
        count = self.count
        stride = self._stride
        if len(packet) > stride - TAG_BYTES:
            stride = next(wider for wider in STRIDES if len(packet) <= wider - TAG_BYTES)
            self._lay_out(stride)
        self._bytes[0 : stride * count] = packet.ljust(stride, b"\0") * count
        self._lengths_bytes[0 : 4 * count] = struct.pack("=i", len(packet)) * count

    def write_sequence(self, place: int, sequence: int) -> None:
        """Give one copy another sequence number, before it is encrypted."""
        at = self._stride * place + 2
        self._bytes[at : at + 2] = sequence.to_bytes(2, "big")

    def protect(self, start: int, end: int) -> list[int]:
        """Encrypt the copies of the places `start` to `end` - 1.

        Returns:
            libsrtp's status for each, 0 for good. A copy with another status is still plain
            (or half encrypted) and must not be sent.
        """
        handles, packets, lengths = self._handles, self._packets, self._length_pointers
        if start:
            packets, lengths = packets[start:end], lengths[start:end]
        if start or end < self.count:
            handles = handles[start:end]
        return list(map(_srtp_protect, handles, packets, lengths))

    def send(self, start: int, end: int) -> None:
        """Send the encrypted copies of the places `start` to `end` - 1.

        A copy that the system refuses is lost, as on a bad network; the others go on.
        """
        if start >= end:
            return
        size = self._lengths[start]
        if not self._sendmmsg:
            self._send_each(start, end, size)
            return
        if size != self._size:
            self._set_size(size)
        if self._outbox.add(self._headers + start, end - start, self):
            self._waits_in = self._outbox.turn

    def _settle(self) -> None:
        if self._waits_in == self._outbox.turn:
            self._outbox.send()

    def _send_each(self, start: int, end: int, size: int) -> None:
        view = memoryview(self._bytes)
        sent = 0
        for place in range(start, end):
            at = self._stride * place
            sent += self._outbox.udp.send(view[at : at + size], *self._targets[place])
        self._outbox.counters.forwarded += sent
        self._outbox.counters.unsent += end - start - sent

    def _build_headers(self) -> None:
        capacity = self.capacity
        self._iovecs = ffi.new("struct iovec[]", capacity)
        self._iovec_words = memoryview(ffi.buffer(self._iovecs)).cast("L")
        self._names = ffi.new("char[]", _NAME * capacity)
        self._name_bytes = ffi.buffer(self._names)
        self._controls = ffi.new("char[]", CONTROL_BYTES * capacity)
        self._control_bytes = ffi.buffer(self._controls)
        self._headers = ffi.new("struct mmsghdr[]", capacity)
        self._size = 0
        for i in range(capacity):
            header = self._headers[i].msg_hdr
            header.msg_name = self._names + _NAME * i
            header.msg_namelen = _NAME
            header.msg_iov = self._iovecs + i
            header.msg_iovlen = 1

    def _lay_out(self, stride: int) -> None:
        """Make places of that size; what is in them is lost."""
        capacity = self.capacity
        self._stride = stride
        self._memory = srtp_ffi.new("char[]", stride * capacity)
        self._bytes = srtp_ffi.buffer(self._memory)
        self._packets = [self._memory + stride * i for i in range(capacity)]
        if self._sendmmsg:
            base = int(srtp_ffi.cast("uintptr_t", self._memory))
            # Every second word is a pointer.
            places = array("L", range(base, base + stride * capacity, stride))
            self._iovec_words[0::2] = memoryview(places)

    def _write_target(self, place: int) -> None:
        if not self._sendmmsg:
            return
        (host, port), local = self._targets[place]
        name = struct.pack("=H", socket.AF_INET) + port.to_bytes(2, "big") + socket.inet_aton(host)
        self._name_bytes[_NAME * place : _NAME * (place + 1)] = name.ljust(_NAME, b"\0")
        header = self._headers[place].msg_hdr
        if local is None:
            header.msg_control = ffi.NULL
            header.msg_controllen = 0
            return
        control = self._outbox.udp.control_message(local)
        at = CONTROL_BYTES * place
        self._control_bytes[at : at + CONTROL_BYTES] = control
        header.msg_control = self._controls + at
        header.msg_controllen = CONTROL_BYTES

    def _set_size(self, size: int) -> None:
        # Every second word of the iovecs is a length (size_t, on Linux an unsigned long).
        self._iovec_words[1::2] = memoryview(array("L", [size]) * self.capacity)
        self._size = size
