"""The server's side of a DTLS 1.2 handshake for SRTP (RFC 5764), without a socket.

Datagrams go in and come out; the caller chooses when a step may cost its time.
"""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from tui_rooms.rtc.dtls_epilogue import Epilogue
from tui_rooms.rtc.srtp import PROFILES, Keys, material_bytes
from tui_rooms.wire.errors import ProtocolError

MTU: Final = 1200
"""Largest datagram that is sent."""
_RECORD_HEADER: Final = 13
_CIPHERS: Final = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
_DTLS_1_2: Final = 0xFEFD
_EXPORTER: Final = b"EXTRACTOR-dtls_srtp"
_openssl: Final[Any] = SSL
_LET_IN: Final[Any] = _openssl._ffi.callback(
    "int (*)(int, X509_STORE_CTX *)", lambda _is_ok, _chain: 1
)
"""As pyOpenSSL's `set_verify` has one called, but without an object for each certificate."""


class DtlsIdentity:
    """One self-signed ECDSA P-256 certificate and the OpenSSL context of all handshakes.

    Building a context costs 0.2 ms, so there is one for the life of the engine.
    """

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _self_signed(key)
        self.fingerprint = certificate_fingerprint(certificate)
        """SHA-256, 32 hex pairs with colons, for the offer."""
        # AES-GCM suites exist from DTLS 1.2 on: nothing older can be agreed on.
        context = SSL.Context(SSL.DTLS_SERVER_METHOD)
        context.set_max_proto_version(_DTLS_1_2)  # what follows the handshake is ours: `Epilogue`
        context.set_cipher_list(_CIPHERS)
        context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        # Any certificate is let in here: it is the fingerprint in the answer that counts.
        _openssl._lib.SSL_CTX_set_verify(
            context._context, SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _LET_IN
        )
        context.use_certificate(certificate)
        context.use_privatekey(key)
        context.set_tlsext_use_srtp(b":".join(profile.name for profile in PROFILES))
        self.context = context


class DtlsServer:
    """One peer's handshake, and its end."""

    def __init__(self, identity: DtlsIdentity, fingerprint: str) -> None:
        """Wait for the client's first datagram.

        Args:
            identity: ours.
            fingerprint: the client's, from its answer.
        """
        self._fingerprint = fingerprint
        self._connection: SSL.Connection | None = SSL.Connection(identity.context, None)
        """Until the handshake is complete: see `Epilogue`."""
        self._connection.set_ciphertext_mtu(MTU)
        self._connection.set_accept_state()
        self._epilogue: Epilogue | None = None
        self.keys: Keys | None = None
        """Of SRTP, once the handshake is complete."""
        self.passed_over = 0
        """Datagrams since then with nothing in them for us: late, replayed or forged."""

    @property
    def closed(self) -> bool:
        """The client has said goodbye (close_notify), or that it cannot go on."""
        return self._epilogue is not None and self._epilogue.closed

    def step(self, datagram: bytes) -> list[bytes]:
        """Take one datagram, go as far as possible, and return the datagrams to send.

        A step of the handshake costs up to 1 ms of CPU.

        Raises:
            ProtocolError: `bad-dtls`, `bad-fingerprint` or `no-srtp`: the peer cannot be let in.
        """
        if self._epilogue is not None:
            answer = self._epilogue.take(datagram)
            self.passed_over += answer is None
            return answer or []
        connection = self._connection
        if connection is None:
            return []  # the handshake has failed
        connection.bio_write(datagram)
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            return _outgoing(connection)
        except SSL.Error as error:
            raise ProtocolError(
                "bad-dtls", f"the DTLS handshake failed: {_reason(error)}"
            ) from error
        self._connection = None
        keys = self._agreed(connection)
        flight = _outgoing(connection)
        self._epilogue = Epilogue(connection, flight)
        self.keys = keys
        return flight

    def timeout(self) -> float | None:
        """Seconds until `retransmit` is due, 0 or less when it is now; None for never."""
        return None if self._connection is None else self._connection.DTLSv1_get_timeout()

    def retransmit(self) -> list[bytes]:
        """The last flight again, when its timer has run out.

        Raises:
            ProtocolError: `bad-dtls`, after too many times.
        """
        if self._connection is None:
            return []
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error as error:
            raise ProtocolError("bad-dtls", "the DTLS handshake was never answered") from error
        return _outgoing(self._connection)

    def close(self) -> list[bytes]:
        """The datagrams that say goodbye; in mid-handshake there is nobody to say it to."""
        return [] if self._epilogue is None else [self._epilogue.goodbye()]

    def _agreed(self, connection: SSL.Connection) -> Keys:
        """The keys of SRTP.

        Raises:
            ProtocolError: `bad-fingerprint` or `no-srtp`.
        """
        # OpenSSL's own digest of the bytes: what else is in a stranger's certificate is not read.
        certificate = connection.get_peer_certificate()
        if certificate is None or not hmac.compare_digest(
            certificate.digest("sha256").decode(), self._fingerprint
        ):
            raise ProtocolError(
                "bad-fingerprint", "the DTLS certificate is not the one in the answer's fingerprint"
            )
        name = connection.get_selected_srtp_profile()
        profile = next((profile for profile in PROFILES if profile.name == name), None)
        if profile is None:
            raise ProtocolError(
                "no-srtp", "no common SRTP profile, expected AEAD_AES_128_GCM or AEAD_AES_256_GCM"
            )
        material = connection.export_keying_material(_EXPORTER, material_bytes(profile))
        return Keys.from_material(profile, material)


def pack_records(stream: bytes) -> list[bytes]:
    """Put DTLS records into as few datagrams of at most `MTU` bytes as they fit in.

    A memory BIO forgets where datagrams ended, and a record must not be cut in two.
    """
    datagrams: list[bytes] = []
    current = b""
    at = 0
    while at < len(stream):
        length = int.from_bytes(stream[at + 11 : at + _RECORD_HEADER], "big")
        record = stream[at : at + _RECORD_HEADER + length]
        at += len(record)
        if current and len(current) + len(record) > MTU:
            datagrams.append(current)
            current = b""
        current += record
    return [*datagrams, current] if current else datagrams


def _outgoing(connection: SSL.Connection) -> list[bytes]:
    records = b""
    while True:
        try:
            records += connection.bio_read(65_536)
        except SSL.WantReadError:
            return pack_records(records)


def certificate_fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as SDP writes it: 32 upper-case hex pairs with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tui-rooms")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day back: peers' clocks differ.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def _reason(error: SSL.Error) -> str:
    """In OpenSSL's words: its errors hold a list of entries, or a number and a text."""
    match error.args:
        case ([entry, *_],):
            return str(entry[-1])
        case (int(), str(text)):
            return text
        case _:
            return type(error).__name__
