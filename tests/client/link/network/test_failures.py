"""What systems and libraries raise on the way to a server, in words."""

import errno
import socket
import ssl

import pytest

from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.network.failures import no_way, proxy_refuses
from tui_rooms.client.link.network.proxy import Proxy
from tui_rooms.client.link.network.tls import tls_failure

HERE = parse_address("rooms.example.org:7600")
THROUGH = Proxy("http", "proxy.example.org:3128", "$https_proxy")


@pytest.mark.parametrize(
    ("error", "code", "says", "retryable"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "no-such-host", "no machine called 'rooms.example.org' is found (Name or service", True,
        ),
        (
            UnicodeError("encoding with 'idna' codec failed"),
            "no-such-host", "is found (it cannot be a name): is the name right", False,
        ),
        (
            # As asyncio tells of a name with several addresses.
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9, 0, 0), [Err…"),
            "no-server", "(Connection refused); is it running?", True,
        ),
        (OSError(errno.ENETUNREACH, "x"), "no-server", "(Network is unreachable)", True),
        (OSError(errno.EHOSTUNREACH, "x"), "no-server", "(No route to host)", True),
        (PermissionError(errno.EACCES, "x"), "no-server", "(Permission denied)", True),
        (ConnectionResetError(errno.ECONNRESET, "x"), "no-answer", "7600 hangs up", True),
        (EOFError(), "no-answer", "7600 hangs up", True),
        (TimeoutError(), "no-answer", "7600 does not answer in time", True),
        (OSError(), "no-server", "(OSError)", True),
    ],
)  # fmt: skip
def test_a_system_s_refusal_is_told_by_its_meaning(
    error: Exception, code: str, says: str, retryable: bool
):
    """With the system's own words where they are known, and none of a library's."""
    told = no_way(HERE, error, None)
    assert (told.code, says in told.sentence) == (code, True), told.sentence
    assert told.retryable is retryable
    assert "Errno" not in told.sentence


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TimeoutError(), "through the proxy proxy.example.org:3128 ($https_proxy)"),
        (
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
            "the proxy proxy.example.org:3128 ($https_proxy) cannot be reached (Temporary failure",
        ),
    ],
)
def test_behind_a_proxy_it_is_the_proxy_that_is_named(error: Exception, says: str):
    """The server may be well."""
    assert says in no_way(HERE, error, THROUGH).sentence


def test_a_proxy_that_asks_too_much_is_told_by_its_status():
    """Whatever it answers with."""
    assert "does not let you through" in proxy_refuses(HERE, THROUGH, 429).sentence
    assert proxy_refuses(HERE, THROUGH, 504).retryable


@pytest.mark.parametrize(
    ("error", "reason", "says", "retryable"),
    [
        (ssl.SSLError, "TLSV13_ALERT_CERTIFICATE_REQUIRED", "wants a certificate of yours", False),
        (ssl.SSLError, "TLSV1_ALERT_PROTOCOL_VERSION", "(tlsv1 alert protocol version)", False),
        (ssl.SSLError, "NO_SHARED_CIPHER", "(no shared cipher)", False),
        (ssl.SSLError, "", "(no reason given)", False),
        (ssl.SSLError, "RECORD_LAYER_FAILURE", "does not speak TLS", False),
        (ssl.SSLEOFError, "UNEXPECTED_EOF_WHILE_READING", "hangs up at once", True),
        (ssl.SSLZeroReturnError, "", "hangs up at once", True),
    ],
)
def test_tls_that_does_not_come_about_is_told_by_its_reason(
    error: type[ssl.SSLError], reason: str, says: str, retryable: bool
):
    """A server that is just going down may be back; a disagreement stays one."""
    raised = error()
    raised.reason = reason
    told = tls_failure(HERE, raised)
    assert says in told.sentence
    assert told.retryable is retryable
