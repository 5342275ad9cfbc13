"""SRTP sessions and their limits."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rtc.rtcp import ReceiverReport
from tui_rooms.rtc.rtp import RtpPacket
from tui_rooms.rtc.srtp import (
    AES_128_GCM,
    AES_256_GCM,
    MAX_PACKET,
    MAX_SSRCS,
    TAG_BYTES,
    InboundSrtp,
    Keys,
    OutboundSrtp,
    material_bytes,
)

KEY = bytes(range(28))


def packet(ssrc: int = 1, sequence: int = 1, payload: bytes = b"sound") -> bytes:
    """A plain packet."""
    return RtpPacket(111, sequence, 960 * sequence, ssrc, payload).serialize()


def test_what_is_protected_comes_out_again():
    """RTP and RTCP, and neither is readable on the way."""
    out, back = OutboundSrtp(AES_128_GCM, KEY), InboundSrtp(AES_128_GCM, KEY)
    protected = out.protect(packet())
    assert protected is not None
    assert b"sound" not in protected
    assert len(protected) == len(packet()) + TAG_BYTES
    assert back.unprotect(protected) == packet()
    report = ReceiverReport(5).serialize()
    protected = out.protect_rtcp(report)
    assert protected is not None
    assert back.unprotect_rtcp(protected) == report


def test_material_is_cut_into_keys_then_salts():
    """RFC 5764 §4.2 puts both keys before both salts."""
    for profile in (AES_128_GCM, AES_256_GCM):
        size = profile.key_bytes
        material = bytes(i % 251 for i in range(material_bytes(profile)))
        keys = Keys.from_material(profile, material)
        assert keys.client == material[:size] + material[2 * size : 2 * size + 12]
        assert keys.server == material[size : 2 * size] + material[2 * size + 12 :]


def test_a_replayed_packet_is_refused():
    """The same datagram twice is heard once."""
    out, back = OutboundSrtp(AES_128_GCM, KEY), InboundSrtp(AES_128_GCM, KEY)
    protected = out.protect(packet()) or b""
    assert back.unprotect(protected) is not None
    assert back.unprotect(protected) is None


@given(st.binary(max_size=60), st.binary(max_size=1600))
def test_random_bytes_are_refused(short, long):
    """Forged packets give None, whatever their length."""
    back = InboundSrtp(AES_128_GCM, KEY)
    for data in (short, long, b"\x80\x6f" + short, b"\x80\xc9" + long):
        assert back.unprotect(data) is None
        assert back.unprotect_rtcp(data) is None


def test_only_a_few_streams_are_ever_kept():
    """libsrtp keeps each stream for ever, so the fifth is refused, and the first four go on."""
    out, back = OutboundSrtp(AES_128_GCM, KEY), InboundSrtp(AES_128_GCM, KEY)
    for ssrc in range(MAX_SSRCS):
        assert back.unprotect(out.protect(packet(ssrc)) or b"") is not None
    assert back.unprotect(out.protect(packet(MAX_SSRCS)) or b"") is None
    assert back.unprotect_rtcp(out.protect_rtcp(ReceiverReport(99).serialize()) or b"") is None
    assert back.unprotect(out.protect(packet(0, sequence=2)) or b"") is not None


def test_forged_streams_take_no_room():
    """Only an authentic packet begins a stream."""
    out, back = OutboundSrtp(AES_128_GCM, KEY), InboundSrtp(AES_128_GCM, KEY)
    forger = OutboundSrtp(AES_128_GCM, bytes(28))
    for ssrc in range(100, 200):
        assert back.unprotect(forger.protect(packet(ssrc)) or b"") is None
    assert back.unprotect(out.protect(packet()) or b"") is not None


def test_what_libsrtp_refuses_is_not_sent():
    """A number that was used long ago cannot be encrypted again."""
    out = OutboundSrtp(AES_128_GCM, KEY)
    assert out.protect(packet(sequence=5000)) is not None
    assert out.protect(packet(sequence=100)) is None
    assert out.protect(bytes(MAX_PACKET + 200)) is None
