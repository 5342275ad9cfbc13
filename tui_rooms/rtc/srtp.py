"""SRTP with the keys of a DTLS handshake (RFC 3711, RFC 5764 §4.2, RFC 7714).

Thin over pylibsrtp: its session for one packet at a time, and its low-level handle for the
engine's fan-out.
"""

from dataclasses import dataclass
from typing import Any, Final

import pylibsrtp
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

MAX_PACKET: Final = 1400
"""Bytes of a packet, protected or not; nothing larger is handled."""
MAX_SSRCS: Final = 4
"""Streams that one peer may ever begin: libsrtp keeps the state of each to the end."""
TAG_BYTES: Final = 16
"""How much longer AES-GCM makes an RTP packet."""
_srtp_unprotect: Final[Any] = lib.srtp_unprotect
_length: Final[Any] = ffi.new("int[1]")


@dataclass(frozen=True, slots=True)
class Profile:
    """A protection profile: its names and the sizes of its keys."""

    name: bytes
    """In OpenSSL."""
    number: int
    """In libsrtp."""
    key_bytes: int
    salt_bytes: int = 12


AES_128_GCM: Final = Profile(
    b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, key_bytes=16
)
AES_256_GCM: Final = Profile(
    b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, key_bytes=32
)
PROFILES: Final = (AES_128_GCM, AES_256_GCM)
"""What is accepted, the preferred one first; nothing without authenticated encryption."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Both directions' keys, each a key and its salt."""

    profile: Profile
    client: bytes
    """Of what the DTLS client sends."""
    server: bytes
    """Of what the DTLS server sends."""

    @classmethod
    def from_material(cls, profile: Profile, material: bytes) -> "Keys":
        """Cut exported keying material: client key, server key, client salt, server salt.

        Args:
            profile: what DTLS has agreed on.
            material: `material_bytes(profile)` bytes.
        """
        key, salt = profile.key_bytes, profile.salt_bytes
        salts = material[2 * key :]
        return cls(
            profile,
            client=material[:key] + salts[:salt],
            server=material[key : 2 * key] + salts[salt : 2 * salt],
        )


def material_bytes(profile: Profile) -> int:
    """How much keying material a profile takes."""
    return 2 * (profile.key_bytes + profile.salt_bytes)


class OutboundSrtp:
    """Encrypts for one peer."""

    def __init__(self, profile: Profile, key: bytes) -> None:
        self._session = Session(_policy(profile, key, Policy.SSRC_ANY_OUTBOUND))
        self.handle: Any = self._session._srtp[0]
        """libsrtp's own handle, for the fan-out; it lives as long as this object."""

    def protect(self, packet: bytes) -> bytes | None:
        """An RTP packet ready to send; None when libsrtp refuses it."""
        try:
            return bytes(self._session.protect(packet))
        except (pylibsrtp.Error, ValueError):
            return None

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """A compound RTCP packet ready to send; None when libsrtp refuses it."""
        try:
            return bytes(self._session.protect_rtcp(packet))
        except (pylibsrtp.Error, ValueError):
            return None


class InboundSrtp:
    """Checks and decrypts what one peer sends; at most `MAX_SSRCS` streams, ever."""

    def __init__(self, profile: Profile, key: bytes) -> None:
        session: Any = Session(_policy(profile, key, Policy.SSRC_ANY_INBOUND))
        self._session = session
        # Packets of sound go past the session's own method, which takes as long as the decryption.
        self._handle, self._memory, self._bytes = session._srtp[0], session._cdata, session._buffer
        self._ssrcs: set[bytes] = set()

    def unprotect(self, packet: bytes) -> bytes | None:
        """The plain RTP packet; None for forged, replayed, oversized or too many streams."""
        size = len(packet)
        if size > MAX_PACKET:
            return None
        self._bytes[0:size] = packet
        return self.unprotect_in_place(self._memory, self._bytes, size)

    def unprotect_in_place(self, pointer: Any, memory: Any, size: int) -> bytes | None:
        """As `unprotect`; the packet is decrypted where it lies.

        Args:
            pointer: to its first byte, of libsrtp's kind.
            memory: the same as a buffer of cffi's.
            size: of the packet.
        """
        if not 12 <= size <= MAX_PACKET:
            return None
        ssrc = memory[8:12]
        is_new = ssrc not in self._ssrcs
        if is_new and len(self._ssrcs) >= MAX_SSRCS:
            return None
        _length[0] = size
        if _srtp_unprotect(self._handle, pointer, _length):
            return None
        if is_new:
            self._ssrcs.add(ssrc)
        plain: bytes = memory[0 : _length[0]]
        return plain

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """The plain compound packet; None for the same reasons."""
        ssrc = packet[4:8]
        if not self._has_room(ssrc) or not 8 <= len(packet) <= MAX_PACKET:
            return None
        try:
            plain = bytes(self._session.unprotect_rtcp(packet))
        except pylibsrtp.Error:
            return None
        self._ssrcs.add(ssrc)
        return plain

    def _has_room(self, ssrc: bytes) -> bool:
        return ssrc in self._ssrcs or len(self._ssrcs) < MAX_SSRCS


def _policy(profile: Profile, key: bytes, kind: int) -> Policy:
    return Policy(key=key, ssrc_type=kind, srtp_profile=profile.number)
