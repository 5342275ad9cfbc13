"""A UDP socket that hears nobody but the server, and is read when its owner has time.

asyncio would wake the loop for every datagram, which costs as much as taking it: four voices are
200 a second. Here they wait in the socket until the next frame is played, and the kernel remembers
when each of them came.
"""

import asyncio
import logging
import socket
import struct
import sys
import time
from typing import Any, Final, Protocol

from aioice import Candidate, Connection
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol
from aioice.stun import Message

logger = logging.getLogger(__name__)

RECEIVE_BUFFER: Final = 512 * 1024
"""Bytes: the loop may be late, and everything waits here."""
MOST_AT_ONCE: Final = 512
"""Datagrams that are taken before others have their turn."""
_SAY_EVERY: Final = 0.5
_NOT_AT_ONCE: Final = 0.75
"""Seconds before that: aioice says it again itself after half a second."""
_LARGEST: Final = 2048
_LAST_STUN_BYTE: Final = 3
"""STUN begins with 0 to 3, DTLS and SRTP with more (RFC 7983)."""
_FIRST_MEDIA_BYTE: Final = 128
_LAST_MEDIA_BYTE: Final = 191
_SO_TIMESTAMPNS: Final = 35
"""Of Linux on all but two old kinds of processors; Python does not know its name."""
_TIMESPEC: Final = struct.Struct("@qq")
_ANCILLARY: Final = 64
STAMPED: Final = sys.platform == "linux" and sys.maxsize > 2**32
"""Whether the kernel says when a datagram came."""
_OLDEST: Final = 1.0
"""Seconds that a datagram may have waited; another answer means that the wall clock was set."""


class Receiver(Protocol):
    """What a door needs of its ICE connection."""

    peers: set[tuple[str, int]]
    """Addresses that are heard."""

    def take_media(self, data: bytes, arrival: float) -> bool:
        """Take SRTP at once, past ICE's queue; False where it is not ready for that."""


class Door(StunProtocol):
    """One socket, bound to one of our addresses."""

    def __init__(self, ice: Connection, receiver: Receiver, host: str) -> None:
        """
        Args:
            ice: takes STUN, and DTLS.
            receiver: says who is heard, and takes media.
            host: our address.

        Raises:
            OSError: the address is not ours, or there are no sockets left.
        """
        super().__init__(ice)
        self._ours = receiver
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.bind((host, 0))
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            if STAMPED:
                self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        except BaseException:
            self._socket.close()
            raise
        self.connection_made(_Sender(self._socket, self))
        self.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", host),
            component=1,
            transport="udp",
            priority=candidate_priority(1, "host"),
            host=host,
            port=self._socket.getsockname()[1],
            type="host",
        )

    async def request(
        self,
        request: Message,
        addr: tuple[str, int],
        integrity_key: bytes | None = None,
        retransmissions: int | None = None,
    ) -> tuple[Message, tuple[str, int]]:
        """As aioice's, but a check that opens the path is said again every half second: it would
        be after 4 and 8 at last, and a network that is back in between be waited for."""
        saying = None
        if retransmissions is None:
            saying = asyncio.create_task(self._say_again(request, addr))
        try:
            return await super().request(request, addr, integrity_key, retransmissions)
        finally:
            if saying is not None:
                saying.cancel()

    async def _say_again(self, request: Message, addr: tuple[str, int]) -> None:
        await asyncio.sleep(_NOT_AT_ONCE)
        while True:
            self.send_stun(request, addr)
            await asyncio.sleep(_SAY_EVERY)

    def read(self, now: float) -> None:
        """Take the datagrams that have come; `now` is the loop's time."""
        # One look at the wall clock for all: the kernel's stamps are of it.
        wall = time.time()
        for _ in range(MOST_AT_ONCE):
            if self._socket.fileno() < 0:
                return
            try:
                data, address, stamp = self._receive()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # what became of an earlier datagram of ours
            age = wall - stamp if stamp else 0.0
            try:
                self._take(data, address, now - age if 0.0 <= age < _OLDEST else now)
            except Exception:
                logger.exception("a datagram of the server's could not be taken")

    def _receive(self) -> tuple[bytes, Any, float]:
        """A datagram, whose it is, and the wall clock when it came or 0."""
        if not STAMPED:
            data, address = self._socket.recvfrom(_LARGEST)
            return data, address, 0.0
        data, ancillary, _, address = self._socket.recvmsg(_LARGEST, _ANCILLARY)
        if ancillary and len(ancillary[0][2]) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
            return data, address, seconds + nanoseconds * 1e-9
        return data, address, 0.0

    def _take(self, data: bytes, address: Any, arrival: float) -> None:
        if not data or address[:2] not in self._ours.peers:
            return
        if _FIRST_MEDIA_BYTE <= data[0] <= _LAST_MEDIA_BYTE:
            if self._ours.take_media(data, arrival):
                return
        elif data[0] <= _LAST_STUN_BYTE:
            self.datagram_received(data, address)
            return
        self.receiver.data_received(data, 1)


class _Sender(asyncio.DatagramTransport):
    """What aioice sends and closes by."""

    def __init__(self, sock: socket.socket, door: Door) -> None:
        super().__init__()
        self._socket = sock
        self._door = door

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send it now or never: sound that waits is of no use."""
        try:
            if addr is not None:
                self._socket.sendto(data, addr)
        except OSError as error:
            self._door.error_received(error)

    def close(self) -> None:
        """Let the socket go; more than once changes nothing."""
        if self._socket.fileno() >= 0:
            self._socket.close()
            asyncio.get_running_loop().call_soon(self._door.connection_lost, None)
