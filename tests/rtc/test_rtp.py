"""RTP packets as they are read and written, and the statistics of a stream."""

import random

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap
from aiortc.rtp import RtpPacket as AiortcPacket
from hypothesis import given
from hypothesis import strategies as st

from tests.support.peers import with_level_element
from tui_rooms.rtc.rtp import CLOCK, LEVEL_ID, LEVEL_URI, RtpPacket, SequenceTracker, parse_rtp

BITS_16 = st.integers(0, 0xFFFF)
BITS_32 = st.integers(0, 0xFFFF_FFFF)


@st.composite
def packets(draw: st.DrawFn) -> RtpPacket:
    level = draw(st.none() | st.integers(-127, 0))
    return RtpPacket(
        payload_type=draw(st.integers(0, 127)),
        sequence=draw(BITS_16),
        timestamp=draw(BITS_32),
        ssrc=draw(BITS_32),
        payload=draw(st.binary(max_size=40)),
        marker=draw(st.booleans()),
        csrcs=tuple(draw(st.lists(BITS_32, max_size=15))),
        level=level,
        voice=None if level is None else draw(st.booleans()),
    )


@given(packets())
def test_a_packet_is_read_as_it_was_written(packet):
    """Serializing and parsing are inverse."""
    assert parse_rtp(packet.serialize()) == packet


@given(packets())
def test_aiortc_reads_the_same_packet(packet):
    """Another implementation agrees on the header, the level and the payload."""
    extensions = HeaderExtensionsMap()
    extensions.configure(
        RTCRtpParameters(
            headerExtensions=[RTCRtpHeaderExtensionParameters(id=LEVEL_ID, uri=LEVEL_URI)]
        )
    )
    other = AiortcPacket.parse(packet.serialize(), extensions)
    assert (other.sequence_number, other.timestamp, other.ssrc, tuple(other.csrc)) == (
        packet.sequence,
        packet.timestamp,
        packet.ssrc,
        packet.csrcs,
    )
    assert (other.payload_type, other.marker, other.payload) == (
        packet.payload_type,
        packet.marker,
        packet.payload,
    )
    level = None if packet.level is None else (packet.voice, -packet.level)
    assert other.extensions.audio_level == level


@given(st.binary(max_size=80))
def test_random_bytes_are_a_packet_or_nothing(data):
    """No input raises, and what is taken for a packet really begins like one."""
    packet = parse_rtp(data)
    assert packet is None or (data[0] >> 6 == 2 and len(packet.payload) <= len(data) - 12)


@given(packets(), st.integers(0, 60))
def test_a_packet_that_is_cut_off_anywhere_is_no_other_packet(packet, length):
    """Cutting takes from the payload or makes the packet unreadable; it never invents fields."""
    cut = parse_rtp(packet.serialize()[:length])
    assert cut is None or (cut.sequence, cut.csrcs) == (packet.sequence, packet.csrcs)


def test_a_level_of_two_bytes_is_passed_over():
    """RFC 6464 has one byte; a longer element says nothing, and the sound stays."""
    packet = RtpPacket(111, 1, 2, 3, b"sound")
    parsed = parse_rtp(with_level_element(packet, bytes((LEVEL_ID << 4 | 1, 0x80, 0x80))))
    assert parsed == packet


def test_the_level_is_found_behind_other_elements():
    """Padding and unknown elements come before it."""
    packet = RtpPacket(111, 1, 2, 3, b"sound")
    element = bytes((0x50, 0xFF, 0x00, 0x00, LEVEL_ID << 4, 0x80 | 33))
    parsed = parse_rtp(with_level_element(packet, element))
    assert parsed is not None
    assert (parsed.level, parsed.voice, parsed.payload) == (-33, True, b"sound")


def test_padding_is_no_sound():
    """The last byte says how much of the payload to leave out."""
    plain = RtpPacket(111, 1, 2, 3, b"sound" + b"\0\0\x03").serialize()
    parsed = parse_rtp(bytes((plain[0] | 0x20,)) + plain[1:])
    assert parsed is not None
    assert parsed.payload == b"sound"


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF), st.randoms(use_true_random=False))
def test_loss_is_counted_across_wraps(first, timestamp, chance):
    """Whatever number a stream begins with, the report counts what was left out."""
    tracker = SequenceTracker()
    kept = [0] + [i for i in range(1, 299) if chance.random() > 0.1] + [299]
    for i in kept:
        tracker.receive((first + i) & 0xFFFF, (timestamp + 960 * i) & 0xFFFF_FFFF, i * 0.02)
    assert tracker.expected == 300
    assert tracker.lost == 300 - len(kept)
    report = tracker.report(7, now=6.0)
    assert report.lost == 300 - len(kept)
    assert report.fraction_lost == (300 - len(kept)) * 256 // 300
    assert report.highest & 0xFFFF == (first + 299) & 0xFFFF


def test_extended_numbers_only_grow_for_a_stream_in_order():
    """200,000 packets wrap three times and count on."""
    tracker = SequenceTracker()
    before = tracker.receive(65_000, 0, 0.0)
    for i in range(1, 200_000):
        now = tracker.receive((65_000 + i) & 0xFFFF, 0, 0.0)
        assert now == before + 1
        before = now


def test_a_late_packet_is_not_lost():
    """Two packets that change places are both there."""
    tracker = SequenceTracker()
    for sequence in (10, 12, 11, 13):
        tracker.receive(sequence, 0, 0.0)
    assert (tracker.expected, tracker.lost) == (4, 0)


def test_a_jump_begins_anew_instead_of_losing_thousands():
    """A client that restarts its encoder does not look like a dead link."""
    tracker = SequenceTracker()
    for sequence in (10, 11, 30_000, 30_001):
        tracker.receive(sequence, 0, 0.0)
    assert (tracker.restarts, tracker.expected, tracker.lost) == (1, 2, 0)


def test_jitter_is_zero_for_an_even_stream_and_the_deviation_for_an_uneven_one():
    """RFC 3550 A.8: packets alternately 5 ms early and late settle near 10 ms."""
    even, uneven = SequenceTracker(), SequenceTracker()
    for i in range(500):
        even.receive(i, i * 960, i * 0.02)
        uneven.receive(i, i * 960, i * 0.02 + (0.005 if i % 2 else -0.005))
    assert even.jitter < 1e-3
    assert abs(uneven.jitter / CLOCK - 0.010) < 0.0005


def test_the_delay_since_the_last_sender_report_is_told():
    """LSR and DLSR are what the other side computes its round trip from."""
    tracker = SequenceTracker()
    tracker.receive(1, 0, 0.0)
    assert tracker.report(7, now=1.0).last_sr == 0
    tracker.sender_report(0xAABBCCDD, arrival=1.0)
    report = tracker.report(7, now=3.5)
    assert (report.last_sr, report.delay) == (0xAABBCCDD, int(2.5 * 65_536))


def test_fraction_lost_counts_from_the_last_report():
    """A burst is reported once."""
    chance = random.Random(5)
    tracker = SequenceTracker()
    for i in range(100):
        if i < 2 or chance.random() > 0.5:
            tracker.receive(i, 0, 0.0)
    assert tracker.report(7, now=2.0).fraction_lost > 80
    top = tracker.highest
    for i in range(1, 51):
        tracker.receive((top + i) & 0xFFFF, 0, 0.0)
    assert tracker.report(7, now=3.0).fraction_lost == 0
