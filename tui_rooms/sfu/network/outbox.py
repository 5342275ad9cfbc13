"""Encrypted copies of packets on their way to the system, as many as it takes in one call.

What one look at the socket brings about goes out together, whatever rooms it is for: a call for
each room's few copies costs as much again as the copies.
"""

import errno
import socket
from typing import Any, Final

from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.libc import HAS_SENDMMSG, ffi, libc
from tui_rooms.sfu.network.udp import UdpSocket

CAPACITY: Final = 1024
"""Messages that one sendmmsg takes at most (UIO_MAXIOV)."""
_HEADER_BYTES: Final[int] = ffi.sizeof("struct mmsghdr")


class Outbox:
    """Sends at once, or, while it is held, all together at the end."""

    def __init__(
        self, udp: UdpSocket, counters: Counters | None = None, *, sendmmsg: bool = HAS_SENDMMSG
    ) -> None:
        """Empty, and not held.

        Args:
            udp: sends.
            counters: where copies are counted, as forwarded or unsent.
            sendmmsg: False sends one datagram a system call.
        """
        self.udp = udp
        self.counters = counters or Counters()
        self.sendmmsg = sendmmsg
        self.turn = 0
        """Another one whenever what has waited goes out."""
        self._held = False
        self._waiting = 0
        self._owners: list[object] = []
        if sendmmsg:
            self._headers = ffi.new("struct mmsghdr[]", CAPACITY)

    def hold(self) -> None:
        """Keep what comes until `release`, or until there is no more room."""
        self._held = self.sendmmsg

    def release(self) -> None:
        """Send all, and from now on each at once."""
        self._held = False
        self.send()

    def add(self, headers: Any, count: int, owner: object) -> bool:
        """Send messages, or keep them. What the system refuses is lost, as on a bad network.

        Args:
            headers: the first of `count` struct mmsghdr in a row.
            count: at most `CAPACITY`.
            owner: of the memory that they point to; it must stay as it is while they wait.

        Returns:
            Whether they wait: until `turn` is another one.
        """
        if not self._held:
            self._send(headers, count)
            return False
        if self._waiting + count > CAPACITY:
            self.send()
        ffi.memmove(self._headers + self._waiting, headers, count * _HEADER_BYTES)
        self._waiting += count
        self._owners.append(owner)
        return True

    def send(self) -> None:
        """Send what waits."""
        count, self._waiting = self._waiting, 0
        if count:
            self._send(self._headers, count)
            self._owners.clear()
            self.turn += 1

    def _send(self, headers: Any, count: int) -> None:
        at = refused = 0
        while at < count:
            done = libc.sendmmsg(self.udp.fileno, headers + at, count - at, socket.MSG_DONTWAIT)
            if done > 0:
                at += done
            elif ffi.errno in (errno.EAGAIN, errno.ENOBUFS):
                refused += count - at  # the socket's buffer is full; waiting would delay everyone
                break
            elif ffi.errno != errno.EINTR:
                at += 1  # only the first of the rest was refused
                refused += 1
        self.counters.forwarded += count - refused
        self.counters.unsent += refused
