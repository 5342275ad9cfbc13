"""Every command that talks with a server, on ways to one that lead nowhere."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.cli.walk import IN_TIME, Here, is_told
from tests.client.link.network.test_fetch import door_that_says
from tests.support.tls import signed_by_itself, tls_door
from tui_rooms.cli.exits import Exit


def _refused(_: Here, stack: ExitStack) -> str:
    with door_that_says(b"") as (port, _heard):
        return f"127.0.0.1:{port}"


def _says(words: bytes) -> Callable[[Here, ExitStack], str]:
    def begin(_: Here, stack: ExitStack) -> str:
        port, _heard = stack.enter_context(door_that_says(words))
        return f"127.0.0.1:{port}"

    return begin


def _self_signed(here: Here, stack: ExitStack) -> str:
    chain = signed_by_itself(here.directory, "127.0.0.1")
    return f"https://127.0.0.1:{stack.enter_context(tls_door(here.server.port, chain)).port}"


def _tls_only(here: Here, stack: ExitStack) -> str:
    return _self_signed(here, stack).replace("https", "http")


WAYS: dict[str, tuple[Callable[[Here, ExitStack], str], Exit, str]] = {
    "refused": (_refused, Exit.NO_SERVER, "(Connection refused); is it running?"),
    "hangs-up": (_says(b""), Exit.NO_SERVER, "hangs up"),
    "no-http": (_says(b"220 mail\r\n"), Exit.NO_SERVER, ""),
    "not-found": (
        _says(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), Exit.NO_SERVER, "",
    ),
    "elsewhere": (
        _says(b"HTTP/1.1 301 Moved\r\nLocation: https://a.example\r\nContent-Length: 0\r\n\r\n"),
        Exit.NO_SERVER,
        "sends you on to https://a.example",
    ),
    "self-signed": (_self_signed, Exit.NO_SERVER, "is signed by itself"),
    "no-tls": (
        lambda here, _: here.server.url.replace("http", "https"), Exit.NO_SERVER,
        "does not speak TLS",
    ),
    "tls-only": (_tls_only, Exit.NO_SERVER, "speaks TLS: use https://"),
    "no-host": (lambda *_: "http://a..b:7600", Exit.USAGE, "a part of its host is empty"),
    "no-proxy": (lambda *_: "http://rooms.example.org", Exit.NO_SERVER, "($https_proxy) cannot"),
    "socks": (lambda *_: "https://rooms.example.com", Exit.USAGE, "$wss_proxy is a SOCKS proxy"),
    "token": (
        lambda here, _: f"{here.server.url}#token=eyJhbGc…", Exit.REFUSED, "has U+2026 at place 8",
    ),
}  # fmt: skip
"""An address with a fault, what commands end with, and some of what they say."""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What ends with the test."""
    with ExitStack() as until_the_end:
        yield until_the_end


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["open", *IN_TIME])
def test_a_way_to_a_server_that_is_none_is_told(
    here: Here, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, way: str, command: str
):
    """The same sentence by every command, with the same exit code; by `open` as news."""
    monkeypatch.setenv("https_proxy", "127.0.0.1:9")
    monkeypatch.setenv("wss_proxy", "socks5://127.0.0.1:9")
    begin, code, says = WAYS[way]
    ended = here.run(command, begin(here, stack))
    assert is_told(ended) or command == "open", ended
    assert (ended.code, says in ended.out + ended.errors) == (code, True), ended
