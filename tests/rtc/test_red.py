"""RED: what is repeated comes out again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rtc.red import (
    MAX_BLOCK,
    MAX_DEPTH,
    MAX_OFFSET,
    RedBlock,
    RedEncoder,
    primary_length,
    split_red,
)
from tui_rooms.rtc.rtp import OPUS_PT
from tui_rooms.wire.errors import ProtocolError

FRAMES = st.lists(st.binary(min_size=1, max_size=120), min_size=1, max_size=12)


@given(FRAMES, st.integers(0, MAX_DEPTH), st.integers(0, 0xFFFF_FFFF))
def test_each_packet_carries_the_frames_before_it(frames, depth, first):
    """With depth d, packet n holds frames n-d to n with their offsets, across timestamp wraps."""
    encoder = RedEncoder(depth)
    for n, frame in enumerate(frames):
        payload = encoder.encode((first + 960 * n) & 0xFFFF_FFFF, frame)
        begin = max(0, n - depth)
        assert split_red(payload) == [
            RedBlock(OPUS_PT, 960 * (n - i), frames[i]) for i in range(begin, n + 1)
        ]
        assert primary_length(payload) == len(frame)


def test_depth_may_change_between_packets():
    """More loss is answered at once, with frames that were sent before."""
    encoder = RedEncoder(0)
    for n in range(4):
        encoder.encode(960 * n, bytes((n,)))
    encoder.depth = 2
    assert [block.payload for block in split_red(encoder.encode(960 * 4, b"\4"))] == [
        b"\2",
        b"\3",
        b"\4",
    ]


def test_what_does_not_fit_in_the_fields_is_left_out():
    """Too old after a pause, or too long: only the newest frame is sent."""
    encoder = RedEncoder(2)
    encoder.encode(0, b"old")
    assert len(split_red(encoder.encode(MAX_OFFSET + 1, bytes(MAX_BLOCK + 1)))) == 1
    assert [b.payload for b in split_red(encoder.encode(MAX_OFFSET + 961, b"new"))] == [b"new"]


@pytest.mark.parametrize("depth", [-1, MAX_DEPTH + 1])
def test_an_impossible_depth_is_refused(depth):
    """The engine's places are wide enough for four."""
    with pytest.raises(ValueError, match="expected 0 to 4"):
        RedEncoder(depth)


@given(st.binary(max_size=60))
def test_random_bytes_are_blocks_or_refused(data):
    """Nothing but ProtocolError is raised, and no byte comes out twice."""
    try:
        blocks = split_red(data)
    except ProtocolError:
        assert primary_length(data) is None
    else:
        size = sum(len(block.payload) for block in blocks)
        assert size + 4 * (len(blocks) - 1) + 1 == len(data)
        assert primary_length(data) == len(blocks[-1].payload)


def test_a_block_that_claims_too_much_is_refused_with_its_size():
    """The sentence says what was claimed and what was there."""
    payload = (0x80 | OPUS_PT) << 24 | 960 << 10 | 500
    with pytest.raises(ProtocolError, match="claims 500 bytes, 3 are left"):
        split_red(payload.to_bytes(4, "big") + bytes((OPUS_PT,)) + b"abc")
