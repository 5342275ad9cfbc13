"""What one sender may send: as much as a voice needs, with room for a burst, and no more."""

from typing import Final

PACKETS_A_SECOND: Final = 100.0
"""A voice sends 50, one for each 20 ms; some clients send one for each 10 ms."""
BYTES_A_SECOND: Final = 48_000.0
"""Encrypted. The largest that our own client sends, with four earlier frames in each packet, is
about half of it; what a browser sends in stereo at 510 kb/s, with one earlier frame, is more: that
is no voice."""
BURST: Final = 2.0
"""Seconds of it that may come at once, after a network has held them back."""


class Allowance:
    """A bucket of packets and one of bytes, both refilled as time goes by."""

    __slots__ = ("_bytes", "_packets", "_then")

    def __init__(self) -> None:
        self._packets = PACKETS_A_SECOND * BURST
        self._bytes = BYTES_A_SECOND * BURST
        self._then = 0.0

    def takes(self, size: int, now: float) -> bool:
        """Whether a packet of that size may come in now; it is counted then."""
        passed = max(0.0, now - self._then)
        self._then = now
        self._packets = min(self._packets + passed * PACKETS_A_SECOND, PACKETS_A_SECOND * BURST)
        self._bytes = min(self._bytes + passed * BYTES_A_SECOND, BYTES_A_SECOND * BURST)
        if self._packets < 1 or self._bytes < size:
            return False
        self._packets -= 1
        self._bytes -= size
        return True
