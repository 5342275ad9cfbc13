"""What packets say about themselves, against libopus's own reading."""

import ctypes
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_rooms.audio.opus import toc
from tui_rooms.audio.opus.libopus import libopus


def _asker(name: str, *more: type[ctypes.c_int]) -> Callable[..., int] | None:
    function = getattr(libopus(), name, None)
    if function is None:  # libopus before 1.5 has no opus_packet_has_lbrr
        return None
    kinds = [ctypes.c_char_p, ctypes.c_int32, *more]
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, *kinds)
    answer: Callable[..., int] = ctypes.cast(function, prototype)
    return answer


@given(st.binary(min_size=1, max_size=40))
def test_the_duration_of_any_bytes_is_what_libopus_says(payload: bytes):
    """All configurations, all frame counts, and 0 for what libopus refuses."""
    ask = _asker("opus_packet_get_nb_samples", ctypes.c_int)
    assert ask is not None
    assert toc.duration(payload) == max(0, ask(payload, len(payload), 48_000))


@given(st.binary(min_size=1, max_size=40))
def test_fec_is_seen_where_libopus_sees_it(payload: bytes):
    """In packets that libopus can take apart."""
    ask = _asker("opus_packet_has_lbrr")
    if ask is None:
        pytest.skip("this libopus is older than 1.5 and cannot say")
    verdict = ask(payload, len(payload))
    assume(verdict >= 0)
    # In code 3 a first frame can be empty in more ways than the flag is worth looking for.
    assume(payload[0] & 3 != 3)
    assert toc.has_fec(payload) == bool(verdict)


@pytest.mark.parametrize(
    ("payload", "samples"),
    [
        (b"", 0),
        (b"\xf8", 960),
        (b"\xf9", 1_920),
        (b"\x18", 2_880),
        (b"\xfb", 0),
        (b"\xfb\x00", 0),
        (b"\xfb\x06", 5_760),
        (b"\xfb\x07", 0),
    ],
)
def test_durations_by_hand(payload: bytes, samples: int):
    """RFC 6716 table 2, and codes 0 to 3; nothing lasts longer than 120 ms."""
    assert toc.duration(payload) == samples


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\x08\x40", True),  # SILK, one frame of 20 ms: voice flag, then redundancy flag
        (b"\x08\x80", False),
        (b"\x18\x10", True),  # 60 ms: three voice flags first
        (b"\x0c\x10", True),  # stereo: in the side channel only
        (b"\x0a\x02\x40\x00\x40", True),  # code 2: one byte of size
        (b"\x0b\xc2\x01\x02\x40\x00\x40\x00", True),  # code 3 with padding and sizes
        (b"\xf8\x40", False),  # CELT
        (b"\x08", False),
        (b"", False),
    ],
)
def test_fec_by_hand(payload: bytes, expected: bool):
    """The redundancy flag, wherever the first frame begins."""
    assert toc.has_fec(payload) is expected
