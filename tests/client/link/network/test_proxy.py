"""The proxy that the environment names, between us and a server elsewhere."""

from collections.abc import Iterator

import pytest

from tests.client.link.network.test_fetch import door_that_says
from tests.support.http_proxy import HttpProxy, http_proxy
from tests.support.server import running_server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.network.fetch import HEALTH, fetch, is_tui_rooms
from tui_rooms.client.link.network.proxy import proxy_for
from tui_rooms.client.lobby import Lobby

ELSEWHERE = "http://rooms.example.org"
"""A name that nobody here can find, so whoever gets there came through the proxy."""
SECURE = parse_address("https://rooms.example.org")


@pytest.fixture(autouse=True)
def no_proxy_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of the tests says."""
    for kind in ("http", "https", "ws", "wss", "socks", "all", "no"):
        for name in (f"{kind}_proxy", f"{kind}_proxy".upper()):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def proxy() -> Iterator[HttpProxy]:
    """One that leads to a server with that name."""
    options = ("--open", "--hostname", SECURE.host)
    with running_server(*options) as server, http_proxy(server.port) as running:
        yield running


@pytest.fixture(autouse=True)
def proxy_that_lets_through(proxy: HttpProxy) -> None:
    """Each test begins with one that does."""
    proxy.answer = b""
    proxy.asked.clear()


async def _both_ways() -> list[LinkError]:
    """What a WebSocket and an HTTP request to elsewhere fail with."""
    with pytest.raises(LinkError) as by_socket:
        await Lobby.enter(ELSEWHERE)
    with pytest.raises(LinkError) as by_http:
        fetch(parse_address(ELSEWHERE), HEALTH, timeout=5.0)
    return [by_socket.value, by_http.value]


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        ("https_proxy", "{}"),  # as curl reads it
        ("HTTP_PROXY", "http://{}"),
        ("http_proxy", '"http://{}/"\n'),
        ("ws_proxy", "http://ana:secret@{}"),
        ("https_proxy", "http://ana@{}"),
    ],
)
async def test_every_usual_spelling_of_a_proxy_is_one(
    proxy: HttpProxy, monkeypatch: pytest.MonkeyPatch, variable: str, written: str
):
    """WebSocket and HTTP take the same one."""
    monkeypatch.setenv(variable, written.format(proxy.netloc))
    async with Lobby.connect(ELSEWHERE) as lobby:
        assert lobby.identity
    assert is_tui_rooms(fetch(parse_address(ELSEWHERE), HEALTH, timeout=5.0).body)
    assert len(proxy.asked) == 2
    assert proxy.asked[0].startswith("CONNECT rooms.example.org:80 ")
    for head in proxy.asked:
        assert ("proxy-authorization: basic " in head.lower()) == ("@" in written)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("socks5://127.0.0.1:1080", "is a SOCKS proxy (socks5://)"),
        ("socks5h://ana:secret@127.0.0.1:1080", "is a SOCKS proxy (socks5h://)"),
        ("ftp://127.0.0.1:21", "has the scheme 'ftp'"),
        ("http://127.0.0.1:99999", "has no proper host and port"),
        ("http://[::1", "has no proper host and port"),
        ("http://a..b:3128", "a part of its host is empty"),
        ("http://", "a part of its host is empty"),
        ("http://127.0.0.1:1/proxy.pac", "has a path (/proxy.pac)"),
    ],
)
async def test_what_is_no_proxy_is_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, written: str, says: str
):
    """And how to go there without one; a password is not repeated."""
    monkeypatch.setenv("HTTPS_PROXY", written)
    for error in await _both_ways():
        assert (error.code, error.retryable) == ("bad-proxy", False)
        assert says in error.sentence
        assert error.sentence.startswith("the proxy in $HTTPS_PROXY ")
        assert "no_proxy=rooms.example.org" in error.sentence
        assert "secret" not in error.sentence


def answering(status: int, reason: str) -> bytes:
    """A proxy's refusal."""
    return f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("answer", "says", "retryable"),
    [
        (answering(407, "Who are you"), "wants a name and a password that it knows", False),
        (answering(403, "Forbidden"), "does not let you through to rooms.example.org:443", False),
        (answering(502, "Bad Gateway"), "finds no way to rooms.example.org:443 (HTTP 502)", True),
    ],
)
async def test_a_proxy_that_refuses_is_named(
    proxy: HttpProxy,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
    says: str,
    retryable: bool,
):
    """With what it wants, by WebSocket and by HTTP; it may find a way later."""
    monkeypatch.setenv("https_proxy", f"http://ana:secret@{proxy.netloc}")
    proxy.answer = answer
    with pytest.raises(LinkError) as by_socket:
        await Lobby.enter(SECURE.http)
    with pytest.raises(LinkError) as by_http:
        fetch(SECURE, HEALTH, timeout=5.0)
    assert by_socket.value.sentence == by_http.value.sentence
    assert f"the proxy {proxy.netloc} ($https_proxy) {says}" in by_http.value.sentence
    assert "secret" not in by_http.value.sentence
    assert by_http.value.retryable is by_socket.value.retryable is retryable


async def test_a_request_without_a_tunnel_is_refused_in_the_same_words(
    proxy: HttpProxy, monkeypatch: pytest.MonkeyPatch
):
    """To a server without TLS an invitation goes through the proxy as it is."""
    monkeypatch.setenv("http_proxy", f"http://{proxy.netloc}")
    proxy.answer = answering(407, "Who are you")
    by_socket, by_http = await _both_ways()
    assert by_socket.sentence == by_http.sentence
    assert "wants a name and a password" in by_http.sentence


async def test_a_proxy_that_is_down_is_named(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int):
    """Not the server, which nobody has asked."""
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{unused_tcp_port}")
    by_socket, by_http = await _both_ways()
    assert by_socket.sentence == by_http.sentence
    named = f"the proxy 127.0.0.1:{unused_tcp_port} ($https_proxy) cannot be reached"
    assert f"{named} (Connection refused). Mend $https_proxy" in by_socket.sentence
    assert by_socket.retryable


@pytest.mark.parametrize(
    "answer", [b"220 mail.example.org ESMTP\r\n", b"\x15\x03\x01\x00\x02", None], ids=repr
)
async def test_what_answers_as_no_proxy_does_is_named(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | None
):
    """Something else listens there, or a proxy that wants TLS, or one that hangs up."""
    with door_that_says(answer or b"") as (port, _):
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{port}")
        by_socket, by_http = await _both_ways()
    assert by_socket.sentence == by_http.sentence
    assert f"127.0.0.1:{port} ($https_proxy) does not answer as a proxy does" in by_http.sentence


@pytest.mark.parametrize("pattern", ["example.org", "rooms.example.org:443", "*"])
def test_who_is_excepted_is_gone_to_directly(monkeypatch: pytest.MonkeyPatch, pattern: str):
    """A proxy that could not be used does not matter then."""
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("no_proxy", pattern)
    assert proxy_for(SECURE) is None


def test_a_way_through_http_goes_before_one_through_socks(monkeypatch: pytest.MonkeyPatch):
    """Where a system has both, the one that can be used is used."""
    monkeypatch.setenv("socks_proxy", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    found = proxy_for(SECURE)
    assert found is not None
    assert found.netloc == "127.0.0.1:3128"


def test_a_password_of_a_proxy_is_in_no_repr(monkeypatch: pytest.MonkeyPatch):
    """Reprs end up in logs; a library gets it as it is, whatever characters it has."""
    monkeypatch.setenv("https_proxy", "http://ana:s%40cret@127.0.0.1:3128")
    found = proxy_for(SECURE)
    assert found is not None
    assert "cret" not in repr(found)
    assert (found.user, found.password) == ("ana", "s@cret")
    assert found.url == "http://ana:s%40cret@127.0.0.1:3128"
