"""What one peer may send: as much sound as a voice needs, and as many checks and reports as a path
does, with room for a burst, and no more."""

from typing import Final

PACKETS_A_SECOND: Final = 100.0
"""A voice sends 50, one for each 20 ms; some clients send one for each 10 ms."""
BYTES_A_SECOND: Final = 48_000.0
"""Encrypted. The largest that our own client sends, with four earlier frames in each packet, is
about half of it; what a browser sends in stereo at 510 kb/s, with one earlier frame, is more: that
is no voice."""
CONTROL_A_SECOND: Final = 50.0
"""Checks and reports. Clients send few: a check every 2 s or more, and while they look for a path
one each 50 ms (RFC 8445 §14.2); a report every second or less often."""
CONTROL_BYTES_A_SECOND: Final = 16_000.0
BURST: Final = 2.0
"""Seconds of it that may come at once, after a network has held them back."""


class Allowance:
    """A bucket of packets and one of bytes, both refilled as time goes by."""

    __slots__ = ("_bytes", "_bytes_a_second", "_packets", "_packets_a_second", "_then")

    def __init__(
        self, packets_a_second: float = PACKETS_A_SECOND, bytes_a_second: float = BYTES_A_SECOND
    ) -> None:
        self._packets_a_second = packets_a_second
        self._bytes_a_second = bytes_a_second
        self._packets = packets_a_second * BURST
        self._bytes = bytes_a_second * BURST
        self._then = 0.0

    def takes(self, size: int, now: float) -> bool:
        """Whether a packet of that size may come in now; it is counted then."""
        passed = max(0.0, now - self._then)
        self._then = now
        packets, size_a_second = self._packets_a_second, self._bytes_a_second
        self._packets = min(self._packets + passed * packets, packets * BURST)
        self._bytes = min(self._bytes + passed * size_a_second, size_a_second * BURST)
        if self._packets < 1 or self._bytes < size:
            return False
        self._packets -= 1
        self._bytes -= size
        return True


def of_control() -> Allowance:
    """For checks and reports."""
    return Allowance(CONTROL_A_SECOND, CONTROL_BYTES_A_SECOND)
