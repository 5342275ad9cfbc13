"""The one offer and its answer: a microphone section and K slots in one BUNDLE (RFC 8843).

Section 0 is `recvonly` for the server: the participant's microphone. Sections 1 to K are
`sendonly`: the room's slots, each with an SSRC that is the same for everyone in the room.
Only what these two descriptions need is read; unknown lines are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from tui_rooms.rtc.rtp import LEVEL_ID, LEVEL_URI, OPUS_PT, RED_PT
from tui_rooms.wire.errors import ProtocolError

MAX_TEXT: Final = 32_768
"""Characters of a description; longer ones are refused unread."""
MAX_SLOTS: Final = 16

_PROFILE: Final = "UDP/TLS/RTP/SAVPF"
_FINGERPRINT: Final = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){31}")
_ICE_CHARS: Final = re.compile(r"[A-Za-z0-9+/]+")
_SETUPS: Final = ("actpass", "active", "passive")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client must know of the engine to connect."""

    ufrag: str
    pwd: str
    fingerprint: str
    """SHA-256 of the DTLS certificate: 32 hex pairs with colons, upper case."""
    candidates: tuple[tuple[str, int], ...]
    """IPv4 addresses and ports, the preferred one first."""
    slots: tuple[int, ...]
    """SSRC of each slot."""
    ice_lite: bool = True
    """The other side answers checks and makes none."""
    cname: str = "tui-rooms"

    def render(self) -> str:
        """The description, with CRLF."""
        mids = range(len(self.slots) + 1)
        lines = [
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            *(["a=ice-lite"] if self.ice_lite else []),
            "a=group:BUNDLE " + " ".join(map(str, mids)),
            "a=msid-semantic: WMS *",
        ]
        for mid in mids:
            lines += self._section(mid)
        return "\r\n".join(lines) + "\r\n"

    def _section(self, mid: int) -> list[str]:
        lines = [
            *_media_lines(mid),
            *_transport_lines(self.ufrag, self.pwd, self.fingerprint, "actpass"),
        ]
        if mid == 0:
            lines.append("a=recvonly")
            # BUNDLE: the first section's candidates are everyone's.
            for i, (host, port) in enumerate(self.candidates):
                # RFC 8445 §5.1.2.1: type preference 126 (host), then ours in order.
                priority = 126 << 24 | (65_535 - i) << 8 | 255
                lines.append(f"a=candidate:{i + 1} 1 udp {priority} {host} {port} typ host")
            lines.append("a=end-of-candidates")
        else:
            ssrc = self.slots[mid - 1]
            lines += [
                "a=sendonly",
                f"a=msid:slot{mid} slot{mid}",
                f"a=ssrc:{ssrc} cname:{self.cname}",
                f"a=ssrc:{ssrc} msid:slot{mid} slot{mid}",
            ]
        return lines


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine must know of a client."""

    ufrag: str
    pwd: str
    fingerprint: str
    """SHA-256 of the DTLS certificate: 32 hex pairs with colons, upper case."""
    setup: str = "active"
    """Who begins DTLS: the client, always."""
    ssrc: int | None = None
    """SSRC of the microphone, when it says so."""

    def render(self, offer: Offer) -> str:
        """The description that answers `offer`, with CRLF."""
        mids = range(len(offer.slots) + 1)
        lines = [
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE " + " ".join(map(str, mids)),
            "a=msid-semantic: WMS *",
        ]
        for mid in mids:
            lines += _media_lines(mid)
            lines += _transport_lines(self.ufrag, self.pwd, self.fingerprint, self.setup)
            if mid:
                lines.append("a=recvonly")
                continue
            lines += ["a=sendonly", "a=msid:mic mic"]
            if self.ssrc is not None:
                lines.append(f"a=ssrc:{self.ssrc} cname:mic")
        return "\r\n".join(lines) + "\r\n"


def parse_offer(text: str) -> Offer:
    """Read the engine's offer.

    Raises:
        ProtocolError: `bad-sdp`; the sentence names the line.
    """
    sections = _read(text)
    microphone, slots = sections[0], sections[1:]
    microphone.expect_direction("recvonly")
    for section in slots:
        section.expect_direction("sendonly")
        if section.ssrc is None:
            section.fail("its a=ssrc line is missing")
    if not microphone.candidates:
        microphone.fail("it has no a=candidate line with an IPv4 address for UDP")
    return Offer(
        ufrag=microphone.need("ice-ufrag"),
        pwd=microphone.need("ice-pwd"),
        fingerprint=microphone.need("fingerprint"),
        candidates=tuple(microphone.candidates),
        slots=tuple(section.ssrc for section in slots if section.ssrc is not None),
        ice_lite=microphone.ice_lite,
        cname=slots[0].cname if slots else "",
    )


def parse_answer(text: str, *, slots: int | None = None) -> Answer:
    """Read a client's answer.

    Args:
        text: the description.
        slots: how many the offer had; None accepts any number.

    Raises:
        ProtocolError: `bad-sdp`; the sentence names the line.
    """
    sections = _read(text)
    microphone = sections[0]
    if slots is not None and len(sections) != slots + 1:
        sections[-1].fail(
            f"it is the last of {len(sections)} sections, the offer has {slots + 1}: "
            "answer each one, in order"
        )
    for section in sections[1:]:
        if section.direction in ("sendonly", "sendrecv"):
            section.fail(f"a={section.direction} for a slot, expected a=recvonly or a=inactive")
    setup = microphone.need("setup")
    if setup != "active":
        microphone.fail(f"a=setup:{setup}, expected a=setup:active: the client begins DTLS")
    return Answer(
        ufrag=microphone.need("ice-ufrag"),
        pwd=microphone.need("ice-pwd"),
        fingerprint=microphone.need("fingerprint"),
        setup=setup,
        ssrc=microphone.ssrc,
    )


@dataclass(slots=True)
class _Section:
    """What was found in one `m=` section; transport values begin with the session's."""

    number: int
    """Of its `m=` line in the text, from 1."""
    line: str
    transport: dict[str, str]
    ice_lite: bool
    direction: str = "sendrecv"
    ssrc: int | None = None
    cname: str = ""
    candidates: list[tuple[str, int]] = field(default_factory=list)

    def fail(self, what: str) -> NoReturn:
        """Refuse the description because of this section."""
        _fail(self.number, self.line, what)

    def need(self, name: str) -> str:
        """A transport value that must be there."""
        value = self.transport.get(name)
        if value is None:
            self.fail(f"its a={name} line is missing")
        return value

    def expect_direction(self, direction: str) -> None:
        """Refuse any other direction."""
        if self.direction != direction:
            self.fail(f"a={self.direction}, expected a={direction}")


def _read(text: str) -> list[_Section]:
    if len(text) > MAX_TEXT:
        raise ProtocolError("bad-sdp", f"SDP of {len(text)} characters, the limit is {MAX_TEXT}")
    session: dict[str, str] = {}
    ice_lite = False
    sections: list[_Section] = []
    for number, line in _lines(text):
        kind, value = line[0], line[2:]
        if kind == "m":
            _check_media(number, line)
            if len(sections) > MAX_SLOTS:
                _fail(number, line, f"more than {MAX_SLOTS + 1} sections")
            sections.append(_Section(number, line, dict(session), ice_lite))
        elif kind == "a":
            name, _, value = value.partition(":")
            section = sections[-1] if sections else None
            if name == "ice-lite":
                ice_lite = True
            elif name in _TRANSPORT:
                found = section.transport if section else session
                _read_transport(number, line, name, value, found)
            elif section is not None:
                _read_media(number, line, name, value, section)
    if not sections:
        raise ProtocolError("bad-sdp", "SDP has no m= line, expected one for the microphone first")
    return sections


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = [line.removesuffix("\r") for line in text.rstrip("\r\n").split("\n")]
    if lines[0] != "v=0":
        _fail(1, lines[0], "expected v=0")
    for number, line in enumerate(lines, 1):
        if line in _PLAIN:
            continue  # of most descriptions that is most
        if len(line) < 2 or line[1] != "=" or not line.isprintable():
            _fail(number, line, "expected a letter, = and a value")
        yield number, line


def _check_media(number: int, line: str) -> None:
    parts = line[2:].split()
    if len(parts) < 4 or parts[0] != "audio" or parts[2] != _PROFILE:
        _fail(number, line, f"expected m=audio, a port, {_PROFILE} and payload types")
    if parts[1] == "0":
        _fail(number, line, "the section is rejected (port 0); all must be accepted")
    if str(OPUS_PT) not in parts[3:]:
        _fail(number, line, f"payload type {OPUS_PT} (Opus) is missing")


_TRANSPORT: Final = ("ice-ufrag", "ice-pwd", "fingerprint", "setup")


def _read_transport(number: int, line: str, name: str, value: str, found: dict[str, str]) -> None:
    value = value.strip()
    if name == "fingerprint":
        algorithm, _, digest = value.partition(" ")
        if algorithm.lower() != "sha-256":
            return  # another digest of the same certificate may come in another line
        value = digest.strip().upper()
        if not _FINGERPRINT.fullmatch(value):
            _fail(number, line, "expected sha-256 and 32 hex pairs with colons")
    elif name == "setup":
        if value not in _SETUPS:
            _fail(number, line, "expected one of " + ", ".join(_SETUPS))
    else:
        # RFC 8839 §5.4
        shortest = 4 if name == "ice-ufrag" else 22
        if not (shortest <= len(value) <= 256 and _ICE_CHARS.fullmatch(value)):
            _fail(number, line, f"expected {shortest} to 256 letters, digits, + or /")
    found[name] = value


def _read_media(number: int, line: str, name: str, value: str, section: _Section) -> None:
    if name in ("sendonly", "recvonly", "sendrecv", "inactive"):
        section.direction = name
    elif name == "candidate":
        candidate = _read_candidate(number, line, value)
        if candidate is not None:
            section.candidates.append(candidate)
    elif name == "ssrc":
        ssrc, _, attribute = value.partition(" ")
        if section.ssrc is None:
            section.ssrc = _integer(number, line, ssrc, 0xFFFF_FFFF)
        if attribute.startswith("cname:"):
            section.cname = attribute[6:]
    elif name == "rtpmap":
        payload_type, _, codec = value.partition(" ")
        expected = {str(OPUS_PT): "opus/48000/2", str(RED_PT): "red/48000/2"}.get(payload_type)
        if expected is not None and codec.lower() != expected:
            _fail(number, line, f"expected {expected} for payload type {payload_type}")
    elif name == "extmap":
        place, _, uri = value.partition(" ")
        if place.partition("/")[0] == str(LEVEL_ID) and uri.strip() != LEVEL_URI:
            _fail(number, line, f"expected {LEVEL_URI} for extension {LEVEL_ID}")


def _read_candidate(number: int, line: str, value: str) -> tuple[str, int] | None:
    parts = value.split()
    if len(parts) < 8 or parts[6] != "typ":
        _fail(number, line, "expected the 8 fields of a candidate")
    component, protocol, host = parts[1], parts[2], parts[4]
    port = _integer(number, line, parts[5], 65_535)
    octets = host.split(".")
    ipv4 = len(octets) == 4 and all(o.isdecimal() and o.isascii() and int(o) < 256 for o in octets)
    return (host, port) if component == "1" and protocol.lower() == "udp" and ipv4 else None


def _integer(number: int, line: str, text: str, largest: int) -> int:
    # isascii: other scripts have digits too.
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= largest):
        _fail(number, line, f"{text!r} is no number from 0 to {largest}")
    return int(text)


def _media_lines(mid: int) -> list[str]:
    return [
        f"m=audio 9 {_PROFILE} {RED_PT} {OPUS_PT}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        "a=rtcp-mux",
        f"a=extmap:{LEVEL_ID} {LEVEL_URI}",
        f"a=rtpmap:{RED_PT} red/48000/2",
        f"a=fmtp:{RED_PT} {OPUS_PT}/{OPUS_PT}",
        f"a=rtpmap:{OPUS_PT} opus/48000/2",
        # No useinbandfec: RED repeats whole frames, and FEC costs quality even without loss.
        f"a=fmtp:{OPUS_PT} minptime=10;usedtx=1",
    ]


_PLAIN: Final = frozenset(_media_lines(0)[1:]) - {"a=mid:0"}
"""Lines of a section that say what every one of ours says: right, and nothing to be kept."""


def _transport_lines(ufrag: str, pwd: str, fingerprint: str, setup: str) -> list[str]:
    return [
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{pwd}",
        f"a=fingerprint:sha-256 {fingerprint}",
        f"a=setup:{setup}",
    ]


def _fail(number: int, line: str, what: str) -> NoReturn:
    shown = line if len(line) <= 80 else line[:79] + "…"
    raise ProtocolError("bad-sdp", f"SDP line {number} ({shown!r}): {what}")
