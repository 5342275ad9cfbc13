"""RTCP: sender and receiver reports, source descriptions, goodbyes (RFC 3550 §6)."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from tui_rooms.wire.errors import ProtocolError

SR: Final = 200
RR: Final = 201
SDES: Final = 202
BYE: Final = 203

_CNAME: Final = 1
_NTP_EPOCH: Final = 2_208_988_800
"""Seconds from 1900 (NTP) to 1970 (Unix)."""
_HEADER: Final = struct.Struct("!BBH")
_SENDER: Final = struct.Struct("!QIII")
_BLOCK: Final = struct.Struct("!IB3sIIII")
_MAX_COUNT: Final = 31


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """How one stream arrives, RFC 3550 §6.4.1."""

    ssrc: int
    fraction_lost: int
    """Share lost since the previous report, in 1/256: 0 to 255."""
    lost: int
    """Packets lost since the beginning; may be negative with duplicates."""
    highest: int
    """Highest sequence number received, extended to 32 bits."""
    jitter: int
    """Interarrival jitter in RTP clock units."""
    last_sr: int = 0
    """Middle 32 bits of the NTP time of the last sender report; 0 if none came."""
    delay: int = 0
    """Since that report came, in 1/65536 s."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """What a sender has sent, and the wall-clock time of its RTP timestamps."""

    ssrc: int
    ntp: int
    """NTP time, 64 bits: seconds since 1900 and their fraction."""
    timestamp: int
    packets: int
    octets: int
    reports: tuple[ReportBlock, ...] = ()

    def serialize(self) -> bytes:
        """The packet; counters are cut to 32 bits."""
        info = _SENDER.pack(
            self.ntp & 0xFFFF_FFFF_FFFF_FFFF,
            self.timestamp & 0xFFFF_FFFF,
            self.packets & 0xFFFF_FFFF,
            self.octets & 0xFFFF_FFFF,
        )
        return _packet(SR, len(self.reports), _words(self.ssrc) + info + _blocks(self.reports))


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """How streams arrive at someone who sends nothing."""

    ssrc: int
    reports: tuple[ReportBlock, ...] = ()

    def serialize(self) -> bytes:
        """The packet."""
        return _packet(RR, len(self.reports), _words(self.ssrc) + _blocks(self.reports))


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """The canonical names (CNAME) of sources; other items are not kept."""

    cnames: tuple[tuple[int, str], ...]
    """Pairs of SSRC and CNAME."""

    def serialize(self) -> bytes:
        """The packet; a CNAME is at most 255 bytes of UTF-8."""
        body = b""
        for ssrc, cname in self.cnames:
            text = cname.encode()
            chunk = _words(ssrc) + bytes((_CNAME, len(text))) + text
            # At least one zero byte ends the list of items, then up to the next word.
            body += chunk + bytes(4 - len(chunk) % 4)
        return _packet(SDES, len(self.cnames), body)


@dataclass(frozen=True, slots=True)
class Goodbye:
    """These sources send no more."""

    ssrcs: tuple[int, ...]

    def serialize(self) -> bytes:
        """The packet, without a reason."""
        return _packet(BYE, len(self.ssrcs), _words(*self.ssrcs))


RtcpPacket: TypeAlias = SenderReport | ReceiverReport | SourceDescription | Goodbye


def serialize_rtcp(packets: Iterable[RtcpPacket]) -> bytes:
    """One compound packet; the first should be a report (RFC 3550 §6.1)."""
    return b"".join(packet.serialize() for packet in packets)


def parse_rtcp(data: bytes) -> list[RtcpPacket]:
    """The packets of a compound; types that are not known here are left out.

    Raises:
        ProtocolError: `bad-rtcp`, when any length does not fit.
    """
    packets: list[RtcpPacket] = []
    at = 0
    if not data:
        raise ProtocolError("bad-rtcp", "an RTCP datagram is empty")
    while at < len(data):
        if len(data) - at < 4:
            raise _bad(at, "fewer than the 4 bytes of a header are left")
        first, kind, words = _HEADER.unpack_from(data, at)
        if first >> 6 != 2:
            raise _bad(at, f"version {first >> 6}, expected 2")
        end = at + 4 + 4 * words
        if end > len(data):
            raise _bad(at, f"it claims {end - at} bytes, {len(data) - at} are left")
        body = data[at + 4 : end]
        if first & 0x20:
            padding = body[-1] if body else 0
            if not 0 < padding <= len(body):
                raise _bad(at, f"padding of {padding} in {len(body)} bytes")
            body = body[:-padding]
        packet = _parse_one(kind, first & 0x1F, body, at)
        if packet is not None:
            packets.append(packet)
        at = end
    return packets


def ntp_time(unix_seconds: float) -> int:
    """Unix time as 64 bits of NTP time."""
    return int((unix_seconds + _NTP_EPOCH) * 4_294_967_296) & 0xFFFF_FFFF_FFFF_FFFF


def ntp_middle(ntp: int) -> int:
    """The middle 32 bits, as reports carry them: seconds in 1/65536."""
    return (ntp >> 16) & 0xFFFF_FFFF


def round_trip(block: ReportBlock, ntp_now: int) -> float | None:
    """Seconds to the reporter and back, RFC 3550 §6.4.1; None before it had a sender report."""
    if not block.last_sr:
        return None
    units = (ntp_middle(ntp_now) - block.last_sr - block.delay) & 0xFFFF_FFFF
    # Clocks that step back, or a false report: a "negative" time is no time.
    return units / 65_536 if units < 0x8000_0000 else None


def _parse_one(kind: int, count: int, body: bytes, at: int) -> RtcpPacket | None:
    if kind == SR:
        if len(body) < 24:
            raise _bad(at, f"a sender report of {len(body)} bytes, expected 24 or more")
        ntp, timestamp, sent, octets = _SENDER.unpack_from(body, 4)
        blocks = _parse_blocks(body, 24, count, at)
        return SenderReport(_word(body, 0), ntp, timestamp, sent, octets, blocks)
    if kind == RR:
        if len(body) < 4:
            raise _bad(at, "a receiver report without its SSRC")
        return ReceiverReport(_word(body, 0), _parse_blocks(body, 4, count, at))
    if kind == SDES:
        return SourceDescription(_parse_chunks(body, count, at))
    if kind == BYE:
        if len(body) < 4 * count:
            raise _bad(at, f"a goodbye of {count} sources in {len(body)} bytes")
        return Goodbye(tuple(_word(body, 4 * i) for i in range(count)))
    return None


def _parse_blocks(body: bytes, start: int, count: int, at: int) -> tuple[ReportBlock, ...]:
    if len(body) < start + 24 * count:
        raise _bad(at, f"{count} report blocks do not fit in {len(body) - start} bytes")
    blocks = []
    for i in range(count):
        ssrc, fraction, lost, highest, jitter, lsr, dlsr = _BLOCK.unpack_from(body, start + 24 * i)
        lost = int.from_bytes(lost, "big", signed=True)
        blocks.append(ReportBlock(ssrc, fraction, lost, highest, jitter, lsr, dlsr))
    return tuple(blocks)


def _parse_chunks(body: bytes, count: int, at: int) -> tuple[tuple[int, str], ...]:
    cnames = []
    here = 0
    for _ in range(count):
        if here + 4 > len(body):
            raise _bad(at, "a source description ends inside a chunk")
        ssrc = _word(body, here)
        here += 4
        while here < len(body) and body[here]:
            if here + 2 > len(body) or here + 2 + body[here + 1] > len(body):
                raise _bad(at, "an item of a source description is cut off")
            text = body[here + 2 : here + 2 + body[here + 1]]
            if body[here] == _CNAME:
                cnames.append((ssrc, text.decode(errors="replace")))
            here += 2 + len(text)
        here += 4 - here % 4
    return tuple(cnames)


def _blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost,
            max(-0x80_0000, min(0x7F_FFFF, block.lost)).to_bytes(3, "big", signed=True),
            block.highest & 0xFFFF_FFFF,
            min(block.jitter, 0xFFFF_FFFF),
            block.last_sr,
            min(block.delay, 0xFFFF_FFFF),
        )
        for block in blocks
    )


def _packet(kind: int, count: int, body: bytes) -> bytes:
    if count > _MAX_COUNT:
        raise ValueError(f"{count} entries in one RTCP packet, the limit is {_MAX_COUNT}")
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def _words(*values: int) -> bytes:
    return struct.pack(f"!{len(values)}I", *values)


def _word(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 4], "big")


def _bad(at: int, what: str) -> ProtocolError:
    return ProtocolError("bad-rtcp", f"RTCP packet at byte {at}: {what}")
