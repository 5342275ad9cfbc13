"""One slot: a stream that goes on while its speakers change."""

import random
from typing import Final

from tui_rooms.rtc.rtp import CLOCK

LATE: Final = 64
"""Packets that one may arrive late; half of the replay window of SRTP (RFC 3711 §3.3.2)."""
MAX_GAP: Final = 500
"""A larger step of the speaker's numbers is taken as a new beginning."""
FRAME_UNITS: Final = 960
"""Timestamp units of 20 ms."""


class Slot:
    """Maps the numbers of whoever speaks to the slot's own.

    Gaps of the speaker's numbers stay gaps, so that listeners see the loss. Numbers here are
    extended: they grow and never wrap.
    """

    def __init__(self, index: int, ssrc: int, chance: random.Random) -> None:
        self.index = index
        self.ssrc = ssrc
        self.turn = 0
        """Grows with each change of speaker."""
        self.highest = chance.randrange(0x1000, 0x4000)
        """The highest number so far; begins far from the wrap, for both groups."""
        self.first = self.highest + 1
        """The number with which this turn began."""
        self.missing = 0
        """Numbers that were left out, as their packets never reached us; it never begins anew."""
        self.packets = 0
        self.octets = 0
        self.last_timestamp = chance.randrange(1 << 32)
        self.last_time = 0.0
        """When `highest` was forwarded; 0 before the first packet."""
        self._number_offset = 0
        self._timestamp_offset = 0

    def begin(self, sequence: int, timestamp: int, now: float) -> None:
        """Another speaker, or the same one after a break, begins with this packet.

        Args:
            sequence: extended, of the speaker's stream.
            timestamp: of the speaker's packet.
            now: seconds; the slot's timestamps go on as time does.
        """
        self.turn += 1
        self.first = self.highest + 1
        self._number_offset = self.first - sequence
        passed = round((now - self.last_time) * CLOCK) if self.last_time else 0
        begin = self.last_timestamp + max(FRAME_UNITS, passed)
        self._timestamp_offset = begin - timestamp

    def place(self, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        """The slot's number and timestamp for a packet of its speaker.

        None for one that is too late: from before this turn, or behind what SRTP would take.
        """
        number = sequence + self._number_offset
        if number - self.highest > MAX_GAP:
            self.begin(sequence, timestamp, now)
            number = self.first
        elif number < self.first or number <= self.highest - LATE:
            return None
        moved = (timestamp + self._timestamp_offset) & 0xFFFF_FFFF
        if number > self.highest:
            self.missing += number - self.highest - 1
            self.highest = number
            self.last_timestamp = moved
            self.last_time = now
        else:
            self.missing -= 1
        return number, moved

    def timestamp_at(self, now: float) -> int:
        """The timestamp that sound of this moment has."""
        return (self.last_timestamp + round((now - self.last_time) * CLOCK)) & 0xFFFF_FFFF
