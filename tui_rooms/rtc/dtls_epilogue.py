"""What is left to do on a DTLS 1.2 connection once SRTP has its keys, without OpenSSL.

OpenSSL keeps 70 kB for each connection. After the handshake only three things can still happen to
ours, and a few hundred bytes do for them:

- the other side has not got our last flight and repeats its own: ours is sent again, for as long as
  the connection lives (RFC 6347 §4.2.4 asks for twice the longest life of a segment at least);
- it says goodbye, or that something is wrong (alerts, RFC 5246 §7.2);
- we say goodbye.

Records are read only if they are authentic and newer than all that were read before; application
data, new handshakes and everything else is passed over.
"""

import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from OpenSSL import SSL

_HEADER: Final = struct.Struct("!BHHHIH")
"""Of a record: type, version, epoch, sequence number in two parts, length (RFC 6347 §4.1)."""
_ALERT: Final = 21
_HANDSHAKE: Final = 22
_FINISHED: Final = 20
_CLOSE_NOTIFY: Final = b"\x01\x00"
_FATAL: Final = 2
_VERSION: Final = 0xFEFD
_EPOCH: Final = 1
"""Of everything that is encrypted: there is one handshake, and no other after it."""
_SALT_BYTES: Final = 4
_NONCE_BYTES: Final = 8
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it is sent."""

    kind: int
    epoch: int
    sequence: int
    body: bytes


def records(datagram: bytes) -> Iterator[Record]:
    """Those in a datagram, up to where it holds none any more."""
    at = 0
    while at + _HEADER.size <= len(datagram):
        kind, version, epoch, high, low, length = _HEADER.unpack_from(datagram, at)
        at += _HEADER.size
        if version != _VERSION or at + length > len(datagram):
            return
        yield Record(kind, epoch, high << 32 | low, datagram[at : at + length])
        at += length


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a connection's keys are made of; they are made when they are needed."""

    master: bytes
    client_random: bytes
    server_random: bytes
    digest: str
    """Of its cipher suite."""
    key_bytes: int

    @classmethod
    def of(cls, connection: SSL.Connection) -> "Secrets":
        """Of a connection whose handshake is complete, with AES-GCM."""
        is_256 = "AES256" in (connection.get_cipher_name() or "")
        return cls(
            connection.master_key() or b"",
            connection.client_random() or b"",
            connection.server_random() or b"",
            "sha384" if is_256 else "sha256",
            32 if is_256 else 16,
        )

    def keys(self) -> tuple[bytes, bytes, bytes, bytes]:
        """The client's and the server's key, then their salts (RFC 5246 §6.3, RFC 5288 §3)."""
        size = self.key_bytes
        block = self._expanded(2 * (size + _SALT_BYTES))
        salts = block[2 * size :]
        return block[:size], block[size : 2 * size], salts[:_SALT_BYTES], salts[_SALT_BYTES:]

    def _expanded(self, size: int) -> bytes:
        """The pseudorandom function of RFC 5246 §5, for the key block."""
        seed = b"key expansion" + self.server_random + self.client_random
        block, step = b"", seed
        while len(block) < size:
            step = hmac.digest(self.master, step, self.digest)
            block += hmac.digest(self.master, step + seed, self.digest)
        return block[:size]


class Epilogue:
    """The server's end of one connection, from its last flight on."""

    __slots__ = ("_flight", "_newest", "_nonce", "_secrets", "_sequence", "closed")

    def __init__(self, connection: SSL.Connection, flight: list[bytes]) -> None:
        """
        Args:
            connection: complete; it is not needed any more then.
            flight: the datagrams with our last flight, which ends with the Finished message.
        """
        self._secrets = Secrets.of(connection)
        self._flight = flight
        *_, finished = records(flight[-1])
        self._sequence = finished.sequence
        # OpenSSL begins anywhere and counts up, and no number may be used twice (RFC 5288 §3).
        self._nonce = int.from_bytes(finished.body[:_NONCE_BYTES], "big")
        self._newest = -1
        self.closed = False
        """The client has said goodbye, or that it cannot go on."""

    def take(self, datagram: bytes) -> list[bytes] | None:
        """The datagrams that answer one; None when there was nothing in it for us."""
        answer: list[bytes] | None = None
        for record in records(datagram):
            if record.epoch != _EPOCH or record.kind not in (_ALERT, _HANDSHAKE):
                continue
            content = self._opened(record)
            if not content:
                return answer
            if record.kind == _ALERT:
                self.closed |= content[0] == _FATAL or content == _CLOSE_NOTIFY
                answer = answer or []
            elif content[0] == _FINISHED:
                answer = self._flight
        return answer

    def goodbye(self) -> bytes:
        """The datagram with our close_notify."""
        _, key, _, salt = self._secrets.keys()
        self._sequence += 1
        self._nonce = self._nonce + 1 & (1 << 8 * _NONCE_BYTES) - 1
        nonce = self._nonce.to_bytes(_NONCE_BYTES, "big")
        about = _about(_ALERT, self._sequence, len(_CLOSE_NOTIFY))
        body = nonce + AESGCM(key).encrypt(salt + nonce, _CLOSE_NOTIFY, about)
        high, low = self._sequence >> 32, self._sequence & 0xFFFF_FFFF
        return _HEADER.pack(_ALERT, _VERSION, _EPOCH, high, low, len(body)) + body

    def _opened(self, record: Record) -> bytes | None:
        """What a record says; None when it is forged, replayed or late."""
        size = len(record.body) - _NONCE_BYTES - _TAG_BYTES
        if size <= 0 or record.sequence <= self._newest:
            return None
        key, _, salt, _ = self._secrets.keys()
        nonce, sealed = record.body[:_NONCE_BYTES], record.body[_NONCE_BYTES:]
        about = _about(record.kind, record.sequence, size)
        try:
            content = AESGCM(key).decrypt(salt + nonce, sealed, about)
        except InvalidTag:
            return None
        self._newest = record.sequence
        return content


def _about(kind: int, sequence: int, size: int) -> bytes:
    """What is authenticated beside the content (RFC 5246 §6.2.3.3, RFC 6347 §4.1.2.1)."""
    return struct.pack("!QBHH", _EPOCH << 48 | sequence, kind, _VERSION, size)
