"""RED: earlier frames repeated behind the newest one (RFC 2198)."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from tui_rooms.rtc.rtp import OPUS_PT
from tui_rooms.wire.errors import ProtocolError

MAX_DEPTH: Final = 4
"""Earlier frames in a packet; the engine's places are wide enough for these."""
MAX_OFFSET: Final = 16_383
"""Timestamp units that a block may be older: 14 bits, 341 ms."""
MAX_BLOCK: Final = 1023
"""Bytes of a redundant block: 10 bits."""


@dataclass(slots=True)  # not frozen, for the same reason as `RtpPacket`
class RedBlock:
    """One frame of a packet."""

    payload_type: int
    timestamp_offset: int
    """How much older than the packet's timestamp; 0 for the primary."""
    payload: bytes


def split_red(payload: bytes) -> list[RedBlock]:
    """The frames of a RED payload, oldest first as sent, the primary last.

    Raises:
        ProtocolError: `bad-red`, when the blocks do not fit in the payload.
    """
    heads = []
    at = 0
    while True:
        if at >= len(payload):
            raise ProtocolError("bad-red", "a RED payload ends inside its headers")
        if not payload[at] & 0x80:
            break
        if at + 4 > len(payload):
            raise ProtocolError("bad-red", "a RED payload ends inside its headers")
        word = int.from_bytes(payload[at : at + 4], "big")
        heads.append((word >> 24 & 0x7F, word >> 10 & 0x3FFF, word & 0x3FF))
        at += 4
    primary_type = payload[at]
    at += 1
    blocks = []
    for payload_type, offset, length in heads:
        if at + length > len(payload):
            raise ProtocolError(
                "bad-red", f"a RED block claims {length} bytes, {len(payload) - at} are left"
            )
        blocks.append(RedBlock(payload_type, offset, payload[at : at + length]))
        at += length
    blocks.append(RedBlock(primary_type, 0, payload[at:]))
    return blocks


def primary_length(payload: bytes) -> int | None:
    """Bytes of the newest frame, without taking the payload apart; None if it is malformed."""
    at = redundant = 0
    size = len(payload)
    while at < size and payload[at] & 0x80:
        if at + 4 > size:
            return None
        redundant += (payload[at + 2] & 0x03) << 8 | payload[at + 3]
        at += 4
    left = size - at - 1 - redundant
    return left if left >= 0 else None


class RedEncoder:
    """Puts the last `depth` frames in front of each new one.

    Frames that are too old or too long for RED's fields are left out.
    """

    def __init__(self, depth: int = 0, payload_type: int = OPUS_PT) -> None:
        self.depth = depth
        self._payload_type = payload_type
        self._earlier: deque[tuple[int, bytes]] = deque(maxlen=MAX_DEPTH)

    @property
    def depth(self) -> int:
        """How many earlier frames go into a packet, 0 to 4."""
        return self._depth

    @depth.setter
    def depth(self, depth: int) -> None:
        if not 0 <= depth <= MAX_DEPTH:
            raise ValueError(f"RED depth {depth}, expected 0 to {MAX_DEPTH}")
        self._depth = depth

    def encode(self, timestamp: int, payload: bytes) -> bytes:
        """A RED payload with `payload` as its primary.

        Args:
            timestamp: of the packet, 32 bits; offsets count back from it.
            payload: one Opus frame.
        """
        heads = bytearray()
        frames = bytearray()
        for earlier, frame in list(self._earlier)[max(0, len(self._earlier) - self._depth) :]:
            offset = (timestamp - earlier) & 0xFFFF_FFFF
            if 0 < offset <= MAX_OFFSET and len(frame) <= MAX_BLOCK:
                word = (0x80 | self._payload_type) << 24 | offset << 10 | len(frame)
                heads += word.to_bytes(4, "big")
                frames += frame
        self._earlier.append((timestamp, payload))
        return bytes(heads) + bytes((self._payload_type,)) + bytes(frames) + payload
