"""The engine's one UDP socket (IPv4)."""

import contextlib
import socket
import struct
import sys
from typing import Final, TypeAlias

Address: TypeAlias = tuple[str, int]
Datagram: TypeAlias = tuple[bytes, Address, bytes | None]
"""What came, from where, and our address (4 bytes) that it was sent to, if that is known."""

BUFFER_BYTES: Final = 4 << 20
"""Wanted for both directions; the system may give less."""
MAX_DATAGRAM: Final = 2048

# Python names neither before 3.14.
_IP_PKTINFO: Final = 26 if sys.platform == "darwin" else 8
_SO_RCVBUFFORCE: Final = 33
_SO_SNDBUFFORCE: Final = 32
_PKTINFO: Final = struct.Struct("=I4s4s")
"""Interface, our address, the header's destination."""
CONTROL_BYTES: Final = socket.CMSG_SPACE(_PKTINFO.size)
_LENGTH_BYTES: Final = struct.calcsize("N")


class UdpSocket:
    """Receives and sends without ever waiting.

    Bound to all addresses, it says which of them a datagram was sent to, and answers from
    that one: a peer takes no answer from an address that it did not ask.
    """

    def __init__(self, sock: socket.socket) -> None:
        """Take over a bound socket.

        Raises:
            ValueError: it is not of IPv4.
        """
        if sock.family != socket.AF_INET:
            raise ValueError(f"a socket of {sock.family.name}, expected AF_INET (IPv4)")
        sock.setblocking(False)
        self.host: str
        self.port: int
        self.host, self.port = sock.getsockname()
        self.fileno = sock.fileno()
        self._socket = sock
        self.names_local = self.host == "0.0.0.0"
        """Whether `receive` says which of our addresses was asked."""
        if self.names_local:
            sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        _raise_buffer(sock, socket.SO_RCVBUF, _SO_RCVBUFFORCE)
        _raise_buffer(sock, socket.SO_SNDBUF, _SO_SNDBUFFORCE)

    @classmethod
    def bind(cls, host: str, port: int) -> "UdpSocket":
        """Open a socket; port 0 takes any free one.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
        except OSError:
            sock.close()
            raise
        return cls(sock)

    def receive(self) -> Datagram | None:
        """The next datagram; None when there is none now.

        Raises:
            OSError: an earlier datagram of ours was not delivered; the next call goes on.
        """
        try:
            if not self.names_local:
                data, address = self._socket.recvfrom(MAX_DATAGRAM)
                return data, address, None
            data, ancillary, _flags, address = self._socket.recvmsg(MAX_DATAGRAM, CONTROL_BYTES)
        except BlockingIOError:
            return None
        for level, kind, value in ancillary:
            if level == socket.IPPROTO_IP and kind == _IP_PKTINFO and len(value) == _PKTINFO.size:
                return data, address, _PKTINFO.unpack(value)[1]
        return data, address, None

    def send(self, data: bytes | memoryview, address: Address, local: bytes | None) -> bool:
        """Send one datagram from `local`; False when the system did not take it."""
        try:
            if local is None:
                self._socket.sendto(data, address)
            else:
                control = (socket.IPPROTO_IP, _IP_PKTINFO, _PKTINFO.pack(0, local, bytes(4)))
                self._socket.sendmsg((data,), (control,), 0, address)
        except OSError:
            return False  # a full buffer or an unreachable peer: lost, as on a bad network
        return True

    def control_message(self, local: bytes) -> bytes:
        """What sendmmsg needs to send from `local`: `CONTROL_BYTES` bytes."""
        length = socket.CMSG_LEN(_PKTINFO.size)
        # struct cmsghdr: size_t length, int level, int type.
        head = struct.pack("@Nii", length, socket.IPPROTO_IP, _IP_PKTINFO)
        return (head + _PKTINFO.pack(0, local, bytes(4))).ljust(CONTROL_BYTES, b"\0")

    def close(self) -> None:
        """Let the port go."""
        self._socket.close()


def local_in(control: bytes) -> bytes | None:
    """Our address in a control message as the system writes it, 4 bytes; None: it says none."""
    if int.from_bytes(control[:_LENGTH_BYTES], sys.byteorder) != socket.CMSG_LEN(_PKTINFO.size):
        return None
    return _PKTINFO.unpack_from(control, socket.CMSG_LEN(0))[1]  # type: ignore[no-any-return]


def _raise_buffer(sock: socket.socket, option: int, force: int) -> None:
    sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
    if sys.platform == "linux":
        # Above the system's limit, where we are allowed to.
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, force, BUFFER_BYTES)
