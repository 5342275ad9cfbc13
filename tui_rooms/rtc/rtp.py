"""RTP packets (RFC 3550 §5.1) with their audio level (RFC 6464), and how a stream arrives."""

import struct
from dataclasses import dataclass
from typing import Final

from tui_rooms.rtc.rtcp import ReportBlock

OPUS_PT: Final = 111
"""Payload type of plain Opus, the same for everyone."""
RED_PT: Final = 63
"""Payload type of Opus in RED (RFC 2198)."""
CLOCK: Final = 48_000
"""RTP timestamp units a second; always 48000 for Opus."""
LEVEL_ID: Final = 1
"""Header extension id of the audio level."""
LEVEL_URI: Final = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SILENCE: Final = -127
"""The lowest level, dBov."""

_FIXED: Final = struct.Struct("!BBHII")
_ONE_BYTE: Final = 0xBEDE
"""Profile of one-byte header extensions (RFC 8285 §4.2)."""
_ONE_LEVEL: Final = LEVEL_ID << 4
"""Begins an element that is a level of one byte."""
_EXTENSIONS: Final = tuple(
    struct.pack("!HHBBxx", _ONE_BYTE, 1, _ONE_LEVEL, value) for value in range(256)
)
"""The header extension for each value of a level."""


@dataclass(slots=True)  # not frozen: every packet becomes one, and frozen takes four times as long
class RtpPacket:
    """One packet; `payload` is without padding."""

    payload_type: int
    sequence: int
    """16 bits."""
    timestamp: int
    """32 bits, 48 kHz."""
    ssrc: int
    payload: bytes = b""
    marker: bool = False
    csrcs: tuple[int, ...] = ()
    level: int | None = None
    """dBov, -127 (silence) to 0 (loudest); None when the packet does not say."""
    voice: bool | None = None
    """The sender's voice activity; None together with `level`."""

    def serialize(self) -> bytes:
        """The bytes to send."""
        first = 0x80 | (0x10 if self.level is not None else 0) | len(self.csrcs)
        second = (0x80 if self.marker else 0) | self.payload_type
        head = _FIXED.pack(first, second, self.sequence, self.timestamp, self.ssrc)
        if self.csrcs:
            head += struct.pack(f"!{len(self.csrcs)}I", *self.csrcs)
        if self.level is not None:
            head += level_extension(self.level, voice=bool(self.voice))
        return head + self.payload


def level_extension(level: int, *, voice: bool) -> bytes:
    """The 8 bytes of a header extension that says how loud a packet is.

    Args:
        level: dBov, -127 to 0.
    """
    return _EXTENSIONS[(0x80 if voice else 0) | -level]


def parse_rtp(data: bytes) -> RtpPacket | None:
    """Read a packet that came from the network; None for anything that is not sound RTP.

    A level element of any other length than one byte is passed over, like unknown elements.
    """
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(data)
    at = 12 + 4 * (first & 0x0F)
    if at > len(data):
        return None
    csrcs = struct.unpack_from(f"!{first & 0x0F}I", data, 12) if first & 0x0F else ()
    level = voice = None
    if first & 0x10:
        if at + 4 > len(data):
            return None
        profile, words = struct.unpack_from("!HH", data, at)
        start = at + 4
        at = start + 4 * words
        if at > len(data):
            return None
        if profile == _ONE_BYTE:
            # As everybody sends it: the first element is the level.
            is_first = words and data[start] == _ONE_LEVEL
            value = data[start + 1] if is_first else _find_level(data, start, at)
            if value is not None:
                level, voice = -(value & 0x7F), value >= 0x80
    end = len(data)
    if first & 0x20:
        padding = data[-1]
        if not 0 < padding <= end - at:
            return None
        end -= padding
    # By place: names would take as long again.
    return RtpPacket(
        second & 0x7F,
        sequence,
        timestamp,
        ssrc,
        data[at:end],
        second >= 0x80,
        csrcs,
        level,
        voice,
    )


def _find_level(data: bytes, at: int, end: int) -> int | None:
    while at < end:
        element, length = data[at] >> 4, (data[at] & 0x0F) + 1
        if element == 0:  # padding
            at += 1
            continue
        if element == 15 or at + 1 + length > end:  # reserved: stop; or cut off
            return None
        if element == LEVEL_ID and length == 1:
            return data[at + 1]
        at += 1 + length
    return None


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram of the RTP port is RTCP (RFC 5761 §4); it has at least two bytes."""
    return is_rtcp_type(data[1])


def is_rtcp_type(second: int) -> bool:
    """The same, by its second byte."""
    return 192 <= second <= 223


class SequenceTracker:
    """How one stream arrives: loss and jitter for its receiver reports (RFC 3550 A.1, A.3, A.8).

    A jump of more than `MAX_JUMP` packets is taken as a new beginning of the stream,
    not as loss.
    """

    MAX_JUMP: Final = 3000

    def __init__(self) -> None:
        self.highest = -1
        """Highest extended sequence number; -1 before the first packet."""
        self.received = 0
        """Packets since the beginning, duplicates too."""
        self.restarts = 0
        """How often the numbers have jumped."""
        self.jitter = 0.0
        """In timestamp units."""
        self._base = 0
        self._transit: float | None = None
        self._expected_before = 0
        self._received_before = 0
        self._last_sr = 0
        self._last_sr_arrival = 0.0

    @property
    def expected(self) -> int:
        """Packets that should have come since the beginning."""
        return self.highest - self._base + 1 if self.highest >= 0 else 0

    @property
    def lost(self) -> int:
        """Packets that are missing since the beginning; below zero with duplicates."""
        return self.expected - self.received

    def receive(self, sequence: int, timestamp: int, arrival: float) -> int:
        """Count one packet.

        Args:
            sequence: 16 bits, as in the packet.
            timestamp: 32 bits, as in the packet.
            arrival: seconds on any clock that only goes forward.

        Returns:
            The extended sequence number: it grows beyond 16 bits instead of wrapping.
        """
        if self.highest >= 0 and sequence == (self.highest + 1) & 0xFFFF:
            extended = self.highest = self.highest + 1  # as nearly always
        else:
            extended = self._extend(sequence)
        self.received += 1
        transit = arrival * CLOCK - timestamp
        if self._transit is not None:
            # Timestamps wrap at 32 bits: compare on the circle.
            change = (transit - self._transit + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000
            self.jitter += (abs(change) - self.jitter) / 16
        self._transit = transit
        return extended

    def sender_report(self, ntp_middle: int, arrival: float) -> None:
        """Remember the stream's last sender report, for the round trip at the other side."""
        self._last_sr = ntp_middle
        self._last_sr_arrival = arrival

    def interval_loss(self) -> tuple[int, int]:
        """Expected and lost since the last `report`; changes nothing."""
        expected = self.expected - self._expected_before
        return expected, expected - (self.received - self._received_before)

    def report(self, ssrc: int, now: float) -> ReportBlock:
        """A report block; the next one's `fraction_lost` counts from here."""
        expected, lost = self.interval_loss()
        self._expected_before = self.expected
        self._received_before = self.received
        fraction = 0
        if expected > 0 and lost > 0:
            fraction = min(255, lost * 256 // expected)
        delay = int((now - self._last_sr_arrival) * 65_536) if self._last_sr else 0
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=fraction,
            lost=self.lost,
            # The first cycle is number 0 for the other side.
            highest=max(0, self.highest - 0x1_0000) & 0xFFFF_FFFF,
            jitter=int(self.jitter),
            last_sr=self._last_sr,
            delay=delay,
        )

    def _extend(self, sequence: int) -> int:
        if self.highest < 0:
            # One cycle up: a packet from before the first one stays above zero.
            self._start(sequence + 0x1_0000)
            return self.highest
        step = (sequence - self.highest + 0x8000) % 0x1_0000 - 0x8000
        if abs(step) > self.MAX_JUMP:
            self.restarts += 1
            self._start((self.highest // 0x1_0000 + 2) * 0x1_0000 + sequence)
            return self.highest
        extended = self.highest + step
        self.highest = max(self.highest, extended)
        self._base = min(self._base, extended)
        return extended

    def _start(self, extended: int) -> None:
        self.highest = self._base = extended
        self.received = self._expected_before = self._received_before = 0
        self._transit = None
