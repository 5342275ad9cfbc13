"""The DTLS server against OpenSSL's client, datagram by datagram."""

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import SSL

from tui_rooms.rtc.dtls import (
    MTU,
    DtlsIdentity,
    DtlsServer,
    certificate_fingerprint,
    pack_records,
)
from tui_rooms.wire.errors import ProtocolError

IDENTITY = DtlsIdentity()
GCM = b"SRTP_AEAD_AES_128_GCM"


def certificate(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, over: bool = False
) -> x509.Certificate:
    """A client's self-signed certificate, good for a day; or until an hour ago."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(hours=-1 if over else 24))
        .sign(key, hashes.SHA256())
    )


KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = certificate(KEY)
FINGERPRINT = certificate_fingerprint(CERTIFICATE)


class Client:
    """OpenSSL's side."""

    def __init__(
        self,
        profiles: bytes | None = GCM,
        *,
        with_certificate: bool = True,
        own: x509.Certificate = CERTIFICATE,
        suites: bytes | None = None,
    ) -> None:
        context = SSL.Context(SSL.DTLS_CLIENT_METHOD)
        if suites:
            context.set_cipher_list(suites)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        if with_certificate:
            context.use_certificate(own)
            context.use_privatekey(KEY)
        if profiles:
            context.set_tlsext_use_srtp(profiles)
        self.ssl = SSL.Connection(context, None)
        self.ssl.set_connect_state()

    def step(self, datagrams: list[bytes]) -> list[bytes]:
        """Take the server's datagrams, return the client's."""
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
        with contextlib.suppress(SSL.WantReadError):
            self.ssl.do_handshake()
        return self.outgoing()

    def outgoing(self) -> list[bytes]:
        """What is to be sent."""
        stream = b""
        try:
            while True:
                stream += self.ssl.bio_read(65_536)
        except SSL.WantReadError:
            return pack_records(stream)


def handshake(client: Client, server: DtlsServer) -> None:
    """To the end, over a link that loses nothing."""
    datagrams = client.step([])
    for _ in range(10):
        answers = [answer for datagram in datagrams for answer in server.step(datagram)]
        if server.keys is not None:
            client.step(answers)
            return
        datagrams = client.step(answers)
    raise AssertionError("the handshake does not end")


@pytest.mark.parametrize(
    ("profiles", "chosen", "size"),
    [
        (GCM, GCM, 28),
        (b"SRTP_AEAD_AES_256_GCM", b"SRTP_AEAD_AES_256_GCM", 44),
        (b"SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM", b"SRTP_AEAD_AES_256_GCM", 44),
    ],
)
def test_both_sides_have_the_same_keys(profiles, chosen, size):
    """What OpenSSL's client exports is what the server cut its keys from."""
    client, server = Client(profiles), DtlsServer(IDENTITY, FINGERPRINT)
    handshake(client, server)
    assert server.keys is not None
    assert server.keys.profile.name == chosen
    key = size - 12
    material = client.ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * size)
    assert server.keys.client == material[:key] + material[2 * key : 2 * key + 12]
    assert server.keys.server == material[key : 2 * key] + material[2 * key + 12 :]
    assert client.ssl.get_protocol_version_name() == "DTLSv1.2"
    shown = client.ssl.get_peer_certificate(as_cryptography=True)
    assert certificate_fingerprint(shown) == IDENTITY.fingerprint


def test_another_certificate_than_the_answers_is_refused():
    """Whoever sits between cannot take the answer's place."""
    server = DtlsServer(IDENTITY, ":".join(["AB"] * 32))
    with pytest.raises(ProtocolError) as refused:
        handshake(Client(), server)
    assert refused.value.code == "bad-fingerprint"
    assert server.keys is None


@pytest.mark.parametrize("profiles", [None, b"SRTP_AES128_CM_SHA1_80"])
def test_without_authenticated_srtp_there_are_no_keys(profiles):
    """Old profiles and none at all are refused by name."""
    server = DtlsServer(IDENTITY, FINGERPRINT)
    with pytest.raises(ProtocolError, match="AEAD_AES_128_GCM"):
        handshake(Client(profiles), server)


def test_what_else_a_certificate_says_counts_for_nothing():
    """The answer's fingerprint vouches for it, though it is self-signed and its time is over."""
    own = certificate(KEY, over=True)
    server = DtlsServer(IDENTITY, certificate_fingerprint(own))
    handshake(Client(own=own), server)
    assert server.keys is not None


def test_a_client_without_a_certificate_is_refused():
    """There is nothing to compare the fingerprint with."""
    server = DtlsServer(IDENTITY, FINGERPRINT)
    with pytest.raises(ProtocolError) as refused:
        handshake(Client(with_certificate=False), server)
    assert refused.value.code == "bad-dtls"


@settings(max_examples=50)
@given(st.lists(st.binary(min_size=1, max_size=80), max_size=6))
def test_junk_before_and_between_does_not_stop_a_handshake(junk):
    """DTLS passes over what is no record, so a stray datagram costs nobody the session."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    datagrams = client.step([])
    for _ in range(10):
        answers = []
        for datagram in datagrams:
            for each in junk:
                answers += server.step(b"\x16" + each)
            answers += server.step(datagram)
        if server.keys is not None:
            return
        datagrams = client.step(answers)
    raise AssertionError("the handshake does not end")


def test_an_error_of_openssl_with_a_number_alone_is_told_too():
    """The end of what it reads is an error of the system to it, not one of its own list."""
    kept = Path(__file__).parents[1] / "fuzz/corpora/dtls/unexpected-end"
    with pytest.raises(ProtocolError, match="the DTLS handshake failed: Unexpected EOF"):
        DtlsServer(IDENTITY, FINGERPRINT).step(kept.read_bytes()[2:])


def test_a_lost_last_flight_is_sent_again():
    """The client repeats itself, and the finished server answers."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    first = server.step(client.step([])[0])
    last = client.step(first)
    lost = [answer for datagram in last for answer in server.step(datagram)]
    assert server.keys is not None
    assert lost
    # OpenSSL's own timer, 1 s: it gives the records new numbers, so it cannot be skipped.
    while not client.ssl.DTLSv1_handle_timeout():
        time.sleep(client.ssl.DTLSv1_get_timeout() or 0)
    repeated = [answer for datagram in client.outgoing() for answer in server.step(datagram)]
    client.step(repeated)
    assert client.ssl.get_state_string() == b"SSL negotiation finished successfully"


def test_the_clients_goodbye_is_noticed():
    """close_notify ends the session."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    handshake(client, server)
    client.ssl.shutdown()
    for datagram in client.outgoing():
        server.step(datagram)
    assert server.closed


def test_our_goodbye_is_one_datagram_and_none_in_mid_handshake():
    """A half-open handshake has nobody to say it to."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    assert server.close() == []
    server = DtlsServer(IDENTITY, FINGERPRINT)
    handshake(client, server)
    goodbye = server.close()
    assert len(goodbye) == 1
    client.ssl.bio_write(goodbye[0])
    with pytest.raises(SSL.ZeroReturnError):
        client.ssl.recv(100)


def test_a_waiting_server_has_a_timer_and_a_finished_one_none():
    """Somebody must repeat lost flights, until it is done."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    server.step(client.step([])[0])
    assert 0 < (server.timeout() or 0) <= 1.0
    server = DtlsServer(IDENTITY, FINGERPRINT)
    handshake(Client(), server)
    assert server.timeout() is None


@given(st.lists(st.integers(0, 900), max_size=30))
def test_records_are_packed_whole(lengths):
    """No datagram is longer than the MTU, none begins inside a record, nothing is lost."""
    records = [
        b"\x16\xfe\xfd" + bytes(8) + length.to_bytes(2, "big") + bytes(length) for length in lengths
    ]
    datagrams = pack_records(b"".join(records))
    assert b"".join(datagrams) == b"".join(records)
    assert all(len(datagram) <= MTU for datagram in datagrams)
    assert all(datagram.startswith(b"\x16\xfe\xfd") for datagram in datagrams)
