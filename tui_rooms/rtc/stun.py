"""The server's side of ICE connectivity checks, on raw bytes (RFC 8489, RFC 8445 §7.3).

Only what an ICE-lite agent needs: read a Binding request, verify it, answer it. Consent
checks come every few seconds from everyone, so nothing is built that is not sent. And a check of
our own: a lite agent need not send any, but only its answer shows that an address receives.
"""

import hmac
import socket
import struct
from dataclasses import dataclass
from typing import Final
from zlib import crc32

_COOKIE: Final = 0x2112_A442
_HEADER: Final = struct.Struct("!HHI12s")
_ATTRIBUTE: Final = struct.Struct("!HH")

_REQUEST: Final = 0x0001
_SUCCESS: Final = 0x0101
_ERROR: Final = 0x0111

_USERNAME: Final = 0x0006
_INTEGRITY: Final = 0x0008
_ERROR_CODE: Final = 0x0009
_XOR_ADDRESS: Final = 0x0020
_PRIORITY: Final = 0x0024
_USE_CANDIDATE: Final = 0x0025
_FINGERPRINT: Final = 0x8028
_CONTROLLED: Final = 0x8029
_HOST_PRIORITY: Final = 126 << 24 | 65_535 << 8 | 255
"""RFC 8445 §5.1.2.1, for a host candidate of component 1."""

_INTEGRITY_BYTES: Final = 24
_FINGERPRINT_BYTES: Final = 8
_FINGERPRINT_XOR: Final = 0x5354_554E


@dataclass(frozen=True, slots=True)
class Check:
    """A Binding request as it was read; nothing in it is trusted before `is_authentic`."""

    data: bytes
    transaction: bytes
    """12 bytes that the answer repeats."""
    ufrag: bytes
    """The first half of USERNAME: ours."""
    remote_ufrag: bytes
    """The second half: the sender's."""
    integrity_at: int
    """Where MESSAGE-INTEGRITY begins; what follows it is not covered."""
    nominates: bool
    """USE-CANDIDATE: the sender wants this path."""
    controlled: bool
    """The sender believes that we control; a lite agent never does."""


def parse_check(data: bytes) -> Check | None:
    """Read a Binding request with USERNAME and MESSAGE-INTEGRITY; None for anything else."""
    size = len(data)
    if size < 20 or size % 4:
        return None
    kind, length, cookie, transaction = _HEADER.unpack_from(data)
    if kind != _REQUEST or cookie != _COOKIE or length + 20 != size:
        return None
    username = b""
    nominates = controlled = False
    at = 20
    while at + 4 <= size:
        attribute, length = _ATTRIBUTE.unpack_from(data, at)
        if at + 4 + length > size:
            return None
        if attribute == _USERNAME:
            username = data[at + 4 : at + 4 + length]
        elif attribute == _USE_CANDIDATE:
            nominates = True
        elif attribute == _CONTROLLED:
            controlled = True
        elif attribute == _INTEGRITY:
            ufrag, colon, remote = username.partition(b":")
            if length != 20 or not colon:
                return None
            return Check(data, transaction, ufrag, remote, at, nominates, controlled)
        at += 4 + length + (-length & 3)
    return None


def is_authentic(check: Check, key: bytes) -> bool:
    """Whether the sender knows the password of the offer.

    Args:
        check: as it was read.
        key: the offer's password in ASCII.
    """
    return _has_integrity(check.data, check.integrity_at, key)


def accept_check(check: Check, address: tuple[str, int], key: bytes) -> bytes:
    """The success response: it tells the sender the address it was seen from."""
    host = int.from_bytes(socket.inet_aton(address[0]), "big") ^ _COOKIE
    port = address[1] ^ _COOKIE >> 16
    mapped = struct.pack("!HHBBHI", _XOR_ADDRESS, 8, 0, 1, port, host)
    return _sealed(_SUCCESS, check.transaction, mapped, key)


def refuse_role(check: Check, key: bytes) -> bytes:
    """The 487 response to a sender that wants us to control; it will change its role."""
    reason = b"Role Conflict"
    error = struct.pack("!HHHBB", _ERROR_CODE, 4 + len(reason), 0, 4, 87) + reason
    return _sealed(_ERROR, check.transaction, error + bytes(-len(reason) & 3), key)


def own_check(transaction: bytes, *, username: bytes, key: bytes) -> bytes:
    """A check of our own, of an agent that is controlled.

    Args:
        transaction: 12 bytes that its answer repeats.
        username: theirs, a colon, ours.
        key: the password of their answer.
    """
    body = _ATTRIBUTE.pack(_USERNAME, len(username)) + username + bytes(-len(username) & 3)
    body += _ATTRIBUTE.pack(_PRIORITY, 4) + struct.pack("!I", _HOST_PRIORITY)
    # The tie-breaker is never compared: who is lite is controlled.
    body += _ATTRIBUTE.pack(_CONTROLLED, 8) + transaction[:8]
    return _sealed(_REQUEST, transaction, body, key)


def answered_check(data: bytes, key: bytes) -> bool:
    """Whether that is an authentic success response; to which check, its bytes 8 to 20 say."""
    size = len(data)
    if size < 20 or size % 4:
        return False
    kind, length, cookie, _ = _HEADER.unpack_from(data)
    if kind != _SUCCESS or cookie != _COOKIE or length + 20 != size:
        return False
    at = 20
    while at + 4 <= size:
        attribute, length = _ATTRIBUTE.unpack_from(data, at)
        if at + 4 + length > size:
            return False
        if attribute == _INTEGRITY:
            return length == 20 and _has_integrity(data, at, key)
        at += 4 + length + (-length & 3)
    return False


def _has_integrity(data: bytes, at: int, key: bytes) -> bool:
    # The header's length is counted as if MESSAGE-INTEGRITY were the last attribute.
    covered = data[:2] + struct.pack("!H", at - 20 + _INTEGRITY_BYTES) + data[4:at]
    return hmac.compare_digest(hmac.digest(key, covered, "sha1"), data[at + 4 : at + 24])


def _sealed(kind: int, transaction: bytes, body: bytes, key: bytes) -> bytes:
    """A message with MESSAGE-INTEGRITY and FINGERPRINT; each counts itself in the length."""
    length = len(body) + _INTEGRITY_BYTES
    covered = _HEADER.pack(kind, length, _COOKIE, transaction) + body
    seal = _ATTRIBUTE.pack(_INTEGRITY, 20) + hmac.digest(key, covered, "sha1")
    head = _HEADER.pack(kind, length + _FINGERPRINT_BYTES, _COOKIE, transaction)
    message = head + body + seal
    return message + struct.pack("!HHI", _FINGERPRINT, 4, crc32(message) ^ _FINGERPRINT_XOR)
