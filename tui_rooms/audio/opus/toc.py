"""What an Opus packet says about itself before it is decoded: RFC 6716 §3.

Plain bytes in, plain values out, so the jitter buffer can reason about packets without a codec.
"""

from typing import Final

_LONGEST: Final = 5_760
"""120 ms, the longest that a packet may last: RFC 6716 §3.2.5."""


def duration(payload: bytes) -> int:
    """Samples at 48 kHz that a packet lasts, or 0 for what cannot be an Opus packet."""
    if not payload:
        return 0
    samples = _frame_count(payload) * _frame_samples(payload[0])
    return samples if samples <= _LONGEST else 0


def has_fec(payload: bytes) -> bool:
    """Whether a packet carries the one before it once more, in SILK's low-bitrate redundancy.

    False for anything malformed.
    """
    if not duration(payload) or payload[0] & 0x80:  # CELT alone has no such thing
        return False
    start = _first_frame(payload)
    if start >= len(payload):
        return False
    # A SILK frame opens with one voice flag for each of its 20 ms, then the redundancy flag,
    # and the same again for the side channel of stereo: RFC 6716 §4.2.3.
    parts = max(1, _frame_samples(payload[0]) // 960)
    header = payload[start]
    mid = bool(header >> (7 - parts) & 1)
    side = bool(payload[0] & 0x04) and bool(header >> (6 - 2 * parts) & 1)
    return mid or side


def _frame_samples(toc: int) -> int:
    """Samples of each frame in the packet, by the configuration in its first byte."""
    configuration = toc >> 3
    if configuration < 12:  # SILK: 10, 20, 40, 60 ms
        return (480, 960, 1_920, 2_880)[configuration & 3]
    if configuration < 16:  # hybrid: 10, 20 ms
        return (480, 960)[configuration & 1]
    return (120, 240, 480, 960)[configuration & 3]  # CELT: 2.5, 5, 10, 20 ms


def _frame_count(payload: bytes) -> int:
    code = payload[0] & 3
    if code < 3:
        return 1 if code == 0 else 2
    return payload[1] & 0x3F if len(payload) > 1 else 0


def _first_frame(payload: bytes) -> int:
    """Where the first frame's bytes begin; past the end when it has none."""
    code = payload[0] & 3
    if code < 2:
        return 1
    at = 1
    sizes = 1
    if code == 3:
        at = 2
        sizes = (payload[1] & 0x3F) - 1 if payload[1] & 0x80 else 0
        if payload[1] & 0x40:  # padding: a run of 255s ends with another value
            while at < len(payload) and payload[at] == 255:
                at += 1
            at += 1
    if sizes and at < len(payload) and payload[at] == 0:
        return len(payload)
    for _ in range(sizes):
        at += 2 if at < len(payload) and payload[at] >= 252 else 1
    return at
