"""Pages of Ogg."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.files import ogg


def _bit_by_bit(data: bytes) -> int:
    """The checksum as RFC 3533 has it: polynomial 04c11db7 from the highest bit on."""
    register = 0
    for byte in data:
        register ^= byte << 24
        for _ in range(8):
            carry = register & 0x8000_0000
            register = (register << 1) & 0xFFFF_FFFF
            if carry:
                register ^= 0x04C1_1DB7
    return register


@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_the_format(data: bytes):
    """Zlib's, mirrored."""
    assert ogg.checksum(data) == _bit_by_bit(data)


@pytest.mark.parametrize("sizes", [[], [0], [254], [255], [256, 1], [1275, 510, 3]])
def test_a_page_holds_its_packets_and_says_where_each_ends(sizes: list[int]):
    """A segment of less than 255 bytes is a packet's last."""
    packets = [bytes([number]) * size for number, size in enumerate(sizes)]
    page = ogg.page(packets, granule=960, serial=7, number=3, flags=ogg.END)
    head = struct.unpack_from("<4sBBqIIIB", page)
    assert head[:6] == (b"OggS", 0, ogg.END, 960, 7, 3)
    count = head[7]
    assert count == sum(map(ogg.segments, packets))
    lengths, length = [], 0
    for segment in page[27 : 27 + count]:
        length += segment
        if segment < 255:
            lengths.append(length)
            length = 0
    assert lengths == sizes
    assert page[27 + count :] == b"".join(packets)
    blank = page[:22] + bytes(4) + page[26:]
    assert head[6] == _bit_by_bit(blank)
