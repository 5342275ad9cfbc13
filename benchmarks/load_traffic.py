"""Sound in, sound out: speakers on schedule, and everything swept up from hundreds of sockets.

Sockets are swept every 20 ms, so nobody waits on them: waking a receiver for each datagram would
be charged to the server. When a packet came is the kernel's word (SO_TIMESTAMPNS), on a sample of
the listeners; when it was sent stands in the packet.
"""

import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.load_client import Client
from tui_rooms.rtc.rtp import OPUS_PT, RtpPacket, parse_rtp
from tui_rooms.sfu.network.libc import ffi, libc

SWEEP: Final = 0.020
SAMPLED: Final = 20
REPORT_EVERY: Final = 5.0
"""Seconds between two receiver reports of a listener; as browsers do."""
CHECK_EVERY: Final = 2.5
"""Between two connectivity checks; as browsers do."""
FRAME: Final = 80
"""Bytes of 20 ms of Opus at 32 kb/s."""
_STAMP: Final = struct.Struct("<8sQ")
_MAGIC: Final = b"LOADTEST"
_SO_TIMESTAMPNS: Final = 35
_TIMESPEC: Final = struct.Struct("@qq")
_DONTWAIT: Final = 0x40
_AT_ONCE: Final = 64
_LARGEST: Final = 1600


@dataclass(slots=True)
class Heard:
    """What came in while it was measured."""

    packets: int = 0
    """RTP, at anybody."""
    delays: list[float] = field(default_factory=list)
    """Milliseconds through the server, of the sampled listeners' packets."""


class Net:
    """Takes many datagrams of a socket in one call, and looks at their first bytes alone."""

    def __init__(self) -> None:
        self._memory = ffi.new("char[]", _LARGEST * _AT_ONCE)
        self._bytes = ffi.buffer(self._memory)
        self._iovecs = ffi.new("struct iovec[]", _AT_ONCE)
        self._headers = ffi.new("struct mmsghdr[]", _AT_ONCE)
        for i in range(_AT_ONCE):
            self._iovecs[i].iov_base = self._memory + _LARGEST * i
            self._iovecs[i].iov_len = _LARGEST
            self._headers[i].msg_hdr.msg_iov = self._iovecs + i
            self._headers[i].msg_hdr.msg_iovlen = 1

    def empty(self, client: Client) -> int:
        """Take all that waits; how many RTP packets it was. Checks are answered."""
        found = 0
        while True:
            count: int = libc.recvmmsg(
                client.socket.fileno(), self._headers, _AT_ONCE, _DONTWAIT, ffi.NULL
            )
            for at in range(0, _LARGEST * max(count, 0), _LARGEST):
                first, second = self._bytes[at : at + 2]
                if first >= 128:
                    found += not 192 <= second < 224
                elif first < 4:
                    size = self._headers[at // _LARGEST].msg_len
                    client.take_stun(self._bytes[at : at + size])
            if count < _AT_ONCE:
                return found


class Traffic:
    """The sound of some rooms: who speaks in them, and who listens."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._speakers = [client for client in clients if client.speaks]
        listeners = [client for client in clients if not client.speaks]
        self._sampled = listeners[:: max(1, len(listeners) // SAMPLED)]
        for client in self._sampled:
            client.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        chosen = set(self._sampled)
        self._rest = [client for client in clients if client not in chosen]
        self._everybody = list(clients)
        self._net = Net()
        self._numbers = [0] * len(self._speakers)
        self._reported = self._checked = 0
        self.sent = 0

    def run(
        self, seconds: float, rate: float, *, skip: Callable[[], None], until_told: bool = False
    ) -> tuple[Heard, float]:
        """Speak and listen.

        Args:
            seconds: for so long at most.
            rate: packets a second of each speaker.
            skip: called now and then, for the signalling.
            until_told: end once there is something on standard input.

        Returns:
            What was heard, and how many seconds it took.
        """
        heard = Heard()
        begin = now = time.monotonic()
        end = begin + seconds
        count = len(self._speakers)
        due = [begin + i / count / rate for i in range(count)]
        sweep = skipping = begin
        self._reported = self._checked = 0
        while now < end:
            for index in range(count):
                if due[index] <= now:
                    self._speak(index)
                    due[index] += 1 / rate
            self._remind(now - begin)
            if now >= sweep:
                self._sweep(heard)
                sweep = time.monotonic() + SWEEP
                if until_told and select.select([sys.stdin], [], [], 0)[0]:
                    break
            if now >= skipping:
                skip()
                skipping = now + 0.25
            rest = min(min(due, default=end), sweep, end) - time.monotonic()
            if rest > 0:
                time.sleep(rest)
            now = time.monotonic()
        return heard, now - begin

    def settle(self, heard: Heard) -> None:
        """Wait for what is still on its way, and take it."""
        time.sleep(0.2)
        self._sweep(heard)

    def _speak(self, index: int) -> None:
        client = self._speakers[index]
        number = self._numbers[index] = self._numbers[index] + 1
        packet = RtpPacket(
            OPUS_PT,
            (1000 + number) & 0xFFFF,
            (960 * number) & 0xFFFF_FFFF,
            client.ssrc,
            _STAMP.pack(_MAGIC, time.time_ns()).rjust(FRAME, b"\x55"),
            # Levels that vary as speech does: nobody believes others.
            level=-20 - number * 7 % 19,
            voice=True,
        )
        protected = client.outbound.protect(packet.serialize())
        if protected is not None:
            client.send(protected)
            self.sent += 1

    def _remind(self, passed: float) -> None:
        """Reports and checks, spread evenly over everybody."""
        everybody = self._everybody
        size = len(everybody)
        while self._reported < passed * size / REPORT_EVERY:
            client = everybody[self._reported % size]
            client.send(client.receiver_report())
            self._reported += 1
        while self._checked < passed * size / CHECK_EVERY:
            client = everybody[self._checked % size]
            client.send(client.check)
            self._checked += 1

    def _sweep(self, heard: Heard) -> None:
        empty = self._net.empty
        for client in self._rest:
            heard.packets += empty(client)
        for client in self._sampled:
            try:
                while True:
                    data, ancillary, _flags, _address = client.socket.recvmsg(_LARGEST, 64)
                    self._note(client, data, ancillary, heard)
            except OSError:
                continue

    def _note(self, client: Client, data: bytes, ancillary: list[Any], heard: Heard) -> None:
        if data[0] < 4:
            client.take_stun(data)
        if data[0] < 128 or 192 <= data[1] < 224:
            return
        heard.packets += 1
        plain = client.inbound.unprotect(data)
        packet = parse_rtp(plain) if plain else None
        if packet is None or len(packet.payload) < _STAMP.size or not ancillary:
            return
        magic, sent = _STAMP.unpack_from(packet.payload, len(packet.payload) - _STAMP.size)
        if magic == _MAGIC:
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
            heard.delays.append((seconds * 1_000_000_000 + nanoseconds - sent) / 1e6)
