"""Ogg pages (RFC 3533 §6), as far as one stream of short packets needs them."""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

BEGIN: Final = 2
END: Final = 4
"""Flags of the first page and the last."""
MOST_SEGMENTS: Final = 255
"""Of a page; a packet takes one, and one more for each 255 bytes."""
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ALL: Final = 0xFFFF_FFFF


def page(packets: Sequence[bytes], *, granule: int, serial: int, number: int, flags: int) -> bytes:
    """A page of whole packets.

    Args:
        packets: with `segments` of at most `MOST_SEGMENTS` in sum.
        granule: the position at their end.
        serial: of the stream.
        number: of the page in it, from 0.
        flags: `BEGIN`, `END` or 0.
    """
    lacing = b"".join(
        b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets
    )
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(lacing))
    whole = head + lacing + b"".join(packets)
    return whole[:22] + struct.pack("<I", checksum(whole)) + whole[26:]


def segments(packet: bytes) -> int:
    """How many a packet takes."""
    return len(packet) // 255 + 1


def checksum(data: bytes) -> int:
    """Ogg's CRC: the polynomial of zlib's, but bit by bit from the other end, and from 0 to 0."""
    mirrored = zlib.crc32(data.translate(_REVERSED), _ALL) ^ _ALL
    return int(f"{mirrored:032b}"[::-1], 2)
