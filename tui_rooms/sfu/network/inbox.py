"""What waits on the socket, taken in one system call and left where the system has put it.

Sound is decrypted in place, so a packet is copied once, when it is plain; and a look that finds
nothing raises nothing.
"""

import socket
import struct
from typing import Final

from pylibsrtp._binding import ffi as srtp_ffi

from tui_rooms.sfu.network.libc import HAS_RECVMMSG, ffi, libc
from tui_rooms.sfu.network.udp import CONTROL_BYTES, MAX_DATAGRAM, Address, UdpSocket, local_in

BATCH: Final = 64
"""Datagrams taken in one turn of the loop; the rest waits for the next."""
_NAME: Final = 16
_SOURCE: Final = struct.Struct("!2xH4s8x")
"""struct sockaddr_in, which begins otherwise on macOS: port and address."""
_KNOWN: Final = 256
"""Sources remembered, so that those who speak are; all are forgotten together, and a flood from
everywhere takes no memory."""
_HEADER_WORDS: Final[int] = ffi.sizeof("struct mmsghdr") // 4
_LENGTH_WORD: Final[int] = ffi.offsetof("struct mmsghdr", "msg_len") // 4


class Inbox:
    """Up to `BATCH` datagrams at a time, each in its place until the next `take`."""

    def __init__(self, udp: UdpSocket, *, recvmmsg: bool = HAS_RECVMMSG) -> None:
        """Read nothing yet.

        Args:
            udp: is read.
            recvmmsg: False takes one datagram a system call.
        """
        self._udp = udp
        self._recvmmsg = recvmmsg
        self._memory = srtp_ffi.new("char[]", MAX_DATAGRAM * BATCH)
        self.pointers = [self._memory + MAX_DATAGRAM * place for place in range(BATCH)]
        """To the first byte of each place; libsrtp's kind of memory."""
        self.buffers = [srtp_ffi.buffer(pointer, MAX_DATAGRAM) for pointer in self.pointers]
        """The same to read from: `MAX_DATAGRAM` bytes each."""
        self._names = ffi.new("char[]", _NAME * BATCH)
        self._names_bytes = ffi.buffer(self._names)
        self._controls = ffi.new("char[]", CONTROL_BYTES * BATCH)
        self._controls_bytes = ffi.buffer(self._controls)
        self._known: dict[bytes, Address] = {}
        if recvmmsg:
            self._build_headers()

    def take(self) -> list[int]:
        """Take what waits; the bytes of each datagram, by place."""
        if not self._recvmmsg:
            return self._take_each()
        # One that an earlier datagram of ours was not delivered to says so here: -1, and the next
        # call goes on. Consent of that peer will expire.
        count = libc.recvmmsg(self._udp.fileno, self._headers, BATCH, socket.MSG_DONTWAIT, ffi.NULL)
        if count <= 0:
            return []
        sizes: list[int] = self._sizes[:count].tolist()
        return sizes

    def data(self, place: int, size: int) -> bytes:
        """A copy of a datagram."""
        copy: bytes = self.buffers[place][0:size]
        return copy

    def source(self, place: int) -> Address:
        """Where it came from."""
        name: bytes = self._names_bytes[_NAME * place : _NAME * (place + 1)]
        address = self._known.get(name)
        if address is None:
            port, host = _SOURCE.unpack(name)
            address = socket.inet_ntoa(host), port
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[name] = address
        return address

    def local(self, place: int) -> bytes | None:
        """Our address that it was sent to, 4 bytes; None where there is only one."""
        at = CONTROL_BYTES * place
        return local_in(self._controls_bytes[at : at + CONTROL_BYTES])

    def put(self, place: int, data: bytes, address: Address, local: bytes | None) -> int:
        """Lay a datagram into a place as if it had come; its bytes."""
        size = min(len(data), MAX_DATAGRAM)
        self.buffers[place][0:size] = data[:size]
        host, port = address
        name = _SOURCE.pack(port, socket.inet_aton(host))
        self._names_bytes[_NAME * place : _NAME * (place + 1)] = name
        control = bytes(CONTROL_BYTES) if local is None else self._udp.control_message(local)
        at = CONTROL_BYTES * place
        self._controls_bytes[at : at + CONTROL_BYTES] = control
        return size

    def _take_each(self) -> list[int]:
        sizes: list[int] = []
        while len(sizes) < BATCH:
            try:
                datagram = self._udp.receive()
            except OSError:
                continue  # as above
            if datagram is None:
                break
            sizes.append(self.put(len(sizes), *datagram))
        return sizes

    def _build_headers(self) -> None:
        self._iovecs = ffi.new("struct iovec[]", BATCH)
        self._headers = ffi.new("struct mmsghdr[]", BATCH)
        words = memoryview(ffi.buffer(self._headers)).cast("I")
        self._sizes = words[_LENGTH_WORD::_HEADER_WORDS]
        for place in range(BATCH):
            self._iovecs[place].iov_base = ffi.cast("void *", self.pointers[place])
            self._iovecs[place].iov_len = MAX_DATAGRAM
            header = self._headers[place].msg_hdr
            header.msg_name = self._names + _NAME * place
            header.msg_namelen = _NAME
            header.msg_iov = self._iovecs + place
            header.msg_iovlen = 1
            if self._udp.names_local:
                # The system writes back how much it has used: always all of it, as that is the only
                # thing that was asked for.
                header.msg_control = self._controls + CONTROL_BYTES * place
                header.msg_controllen = CONTROL_BYTES
