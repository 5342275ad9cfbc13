"""After a handshake OpenSSL is let go of, and its client does not notice: all that follows is read
and written by `Epilogue`."""

import contextlib
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import SSL

from tests.rtc.test_dtls import FINGERPRINT, IDENTITY, Client, handshake
from tui_rooms.rtc.dtls import DtlsServer
from tui_rooms.rtc.dtls_epilogue import records

SUITES = [b"ECDHE-ECDSA-AES128-GCM-SHA256", b"ECDHE-ECDSA-AES256-GCM-SHA384"]
ALERT, HANDSHAKE = 21, 22


def shaken(
    suite: bytes = SUITES[0],
) -> tuple[Client, DtlsServer, list[bytes], list[bytes]]:
    """Both ends, and the last flights of both: the client's, which completes it, and ours."""
    client, server = Client(suites=suite), DtlsServer(IDENTITY, FINGERPRINT)
    last = client.step(server.step(client.step([])[0]))
    flight = [answer for datagram in last for answer in server.step(datagram)]
    assert server.keys is not None
    client.step(flight)
    return client, server, last, flight


def goodbye_of(client: Client) -> bytes:
    """The client's close_notify."""
    with contextlib.suppress(SSL.Error):
        client.ssl.shutdown()
    (datagram,) = client.outgoing()
    return datagram


def is_left(client: Client, datagram: bytes) -> bool:
    """Whether the client takes that for the server's goodbye."""
    client.ssl.bio_write(datagram)
    try:
        client.ssl.recv(100)
    except SSL.ZeroReturnError:
        return True
    except SSL.WantReadError:
        return False
    raise AssertionError("the server has sent data")


@pytest.mark.parametrize("suite", SUITES)
def test_each_side_understands_the_others_goodbye(suite):
    """With the keys and digests of both cipher suites."""
    client, server, _, _ = shaken(suite)
    assert client.ssl.get_cipher_name() == suite.decode()
    (ours,) = server.close()
    assert is_left(client, ours)
    assert not server.closed
    assert server.step(goodbye_of(client)) == []
    assert (server.closed, server.passed_over) == (True, 0)


def test_what_we_send_after_our_last_flight_never_uses_its_numbers_again():
    """With AES-GCM that would give the key away; also when we say goodbye more than once."""
    _, server, _, flight = shaken()
    sent = [*flight, *server.close(), *server.close()]
    encrypted = [record for datagram in sent for record in records(datagram) if record.epoch]
    assert len(encrypted) == 3
    assert len({record.sequence for record in encrypted}) == 3
    assert len({record.body[:8] for record in encrypted}) == 3


def test_nothing_of_openssl_is_kept_after_the_handshake():
    """It would be the most of what a session costs."""
    client, server = Client(), DtlsServer(IDENTITY, FINGERPRINT)
    kept = weakref.ref(server._connection)
    assert kept() is not None
    handshake(client, server)
    assert kept() is None
    assert server.timeout() is None
    assert server.retransmit() == []


def test_what_is_replayed_forged_or_of_no_use_is_passed_over_and_counted():
    """And a goodbye behind it still counts."""
    client, server, last, _ = shaken()
    authentic = goodbye_of(client)
    forged = authentic[:-1] + bytes([authentic[-1] ^ 1])
    other_kind = bytes([HANDSHAKE]) + authentic[1:]
    hello = Client().step([])[0]
    useless = [forged, other_kind, hello, authentic[:-5], b"\x15", b"", bytes(60)]
    for datagram in useless:
        assert server.step(datagram) == []
        assert not server.closed
    assert server.passed_over == len(useless)
    # The last flight again, not repeated by its sender but captured: at most it is answered once.
    answers = [server.step(last[-1]) for _ in range(5)]
    assert sum(map(bool, answers)) <= 1
    server.step(authentic)
    assert server.closed


SHAKEN = shaken()[:2]
AUTHENTIC = goodbye_of(SHAKEN[0])


@settings(max_examples=200)
@given(st.integers(0, len(AUTHENTIC) - 1), st.binary(min_size=1, max_size=20))
def test_no_damage_to_an_authentic_record_says_anything(at, other):
    """Whichever bytes of it are others, it is as if it had not come; and nothing breaks."""
    damaged = AUTHENTIC[:at] + other + AUTHENTIC[at + len(other) :]
    if not damaged.startswith(AUTHENTIC):
        assert SHAKEN[1].step(damaged) == []
        assert not SHAKEN[1].closed
