"""RTCP packets as they are read and written."""

import pytest
from aiortc.rtp import RtcpPacket as AiortcPacket
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rtc.rtcp import (
    Goodbye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    ntp_middle,
    ntp_time,
    parse_rtcp,
    round_trip,
    serialize_rtcp,
)
from tui_rooms.wire.errors import ProtocolError

BITS_32 = st.integers(0, 0xFFFF_FFFF)
BLOCKS = st.builds(
    ReportBlock,
    ssrc=BITS_32,
    fraction_lost=st.integers(0, 255),
    lost=st.integers(-(1 << 23), (1 << 23) - 1),
    highest=BITS_32,
    jitter=BITS_32,
    last_sr=BITS_32,
    delay=BITS_32,
)
SENDER_REPORTS = st.builds(
    SenderReport,
    ssrc=BITS_32,
    ntp=st.integers(0, (1 << 64) - 1),
    timestamp=BITS_32,
    packets=BITS_32,
    octets=BITS_32,
    reports=st.lists(BLOCKS, max_size=4).map(tuple),
)
RECEIVER_REPORTS = st.builds(
    ReceiverReport, ssrc=BITS_32, reports=st.lists(BLOCKS, max_size=4).map(tuple)
)
DESCRIPTIONS = st.builds(
    SourceDescription,
    cnames=st.lists(st.tuples(BITS_32, st.text("abc-é", min_size=1, max_size=20)), max_size=5).map(
        tuple
    ),
)
GOODBYES = st.builds(Goodbye, ssrcs=st.lists(BITS_32, max_size=5).map(tuple))
COMPOUNDS = st.lists(SENDER_REPORTS | RECEIVER_REPORTS | DESCRIPTIONS | GOODBYES, min_size=1)


@given(COMPOUNDS)
def test_a_compound_is_read_as_it_was_written(packets):
    """Serializing and parsing are inverse."""
    assert parse_rtcp(serialize_rtcp(packets)) == packets


@given(
    st.lists(
        SENDER_REPORTS
        | RECEIVER_REPORTS
        # aiortc reads no second chunk: it does not skip to the next word.
        | DESCRIPTIONS.filter(lambda description: len(description.cnames) == 1),
        min_size=1,
        max_size=3,
    )
)
def test_aiortc_reads_the_same_compound(packets):
    """Another implementation finds the same packets and the same numbers in them."""
    data = serialize_rtcp(packets)
    others = AiortcPacket.parse(data)
    assert len(others) == len(packets)
    for packet, other in zip(packets, others, strict=True):
        if isinstance(packet, SourceDescription):
            names = tuple((chunk.ssrc, chunk.items[0][1].decode()) for chunk in other.chunks)
            assert names == packet.cnames
            continue
        assert other.ssrc == packet.ssrc
        assert [
            (r.ssrc, r.fraction_lost, r.packets_lost, r.highest_sequence, r.jitter, r.lsr, r.dlsr)
            for r in other.reports
        ] == [
            (r.ssrc, r.fraction_lost, r.lost, r.highest, r.jitter, r.last_sr, r.delay)
            for r in packet.reports
        ]


def refusal(data: bytes) -> str | None:
    """The code of the refusal, if it is refused."""
    try:
        parse_rtcp(data)
    except ProtocolError as error:
        return error.code
    return None


@given(st.binary(max_size=120))
def test_random_bytes_are_packets_or_refused(data):
    """Nothing but ProtocolError is raised."""
    assert refusal(data) in (None, "bad-rtcp")


@given(COMPOUNDS, st.data())
def test_a_damaged_compound_is_packets_or_refused(packets, data):
    """One changed byte and a cut are the likeliest damage; nothing else is raised."""
    whole = bytearray(serialize_rtcp(packets))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    assert refusal(bytes(whole[:cut])) in (None, "bad-rtcp")


def test_unknown_types_are_left_out():
    """Feedback that we do not use does not hide the report behind it."""
    feedback = bytes((0x81, 205, 0, 2)) + bytes(8)
    report = ReceiverReport(5)
    assert parse_rtcp(feedback + report.serialize()) == [report]


def test_an_empty_datagram_is_refused():
    """A compound has at least one packet."""
    with pytest.raises(ProtocolError, match="empty"):
        parse_rtcp(b"")


def test_the_round_trip_is_what_lies_between_minus_the_delay():
    """A report that comes 250 ms after its SR and was held 200 ms took 50 ms."""
    sent = ntp_time(1_700_000_000.0)
    block = ReportBlock(1, 0, 0, 0, 0, ntp_middle(sent), delay=int(0.2 * 65_536))
    trip = round_trip(block, ntp_time(1_700_000_000.25))
    assert trip is not None
    assert abs(trip - 0.05) < 0.001


def test_a_round_trip_before_time_began_is_none():
    """A false LSR or a clock that stepped back gives no figure rather than 18 hours."""
    now = ntp_time(1_700_000_000.0)
    assert round_trip(ReportBlock(1, 0, 0, 0, 0, ntp_middle(now) + 65_536, 0), now) is None
    assert round_trip(ReportBlock(1, 0, 0, 0, 0, 0, 0), now) is None


def test_too_many_blocks_for_one_packet_are_our_mistake():
    """The count has five bits."""
    with pytest.raises(ValueError, match="limit is 31"):
        Goodbye(tuple(range(32))).serialize()
