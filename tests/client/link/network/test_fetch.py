"""One HTTP request to a server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.server import Server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.network.fetch import fetch
from tui_rooms.client.lobby import Lobby

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def door_that_says(words: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Something that listens on a port and answers each visitor so; what they said first."""
    heard: list[bytes] = []

    def answer() -> None:
        while True:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            with visitor:
                heard.append(visitor.recv(4096))
                visitor.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as door:
        answering = threading.Thread(target=answer)
        answering.start()
        try:
            yield door.getsockname()[1], heard
        finally:
            door.shutdown(socket.SHUT_RDWR)
            answering.join()


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What a proxy is asked for, to which the environment sends everything."""
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with door_that_says(OK) as (port, heard):
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        yield heard


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_is_asked_for_this_machine(server: Server, through: list[bytes], host: str):
    """It would look for the server on its own machine."""
    answer = fetch(parse_address(f"{host}:{server.port}"), "/api/health", timeout=5.0)
    assert b"tui-rooms" in answer.body
    assert through == []


def test_other_machines_are_reached_through_the_proxy(through: list[bytes]):
    """As the environment wants it."""
    answer = fetch(parse_address("http://rooms.example.org"), "/api/health", timeout=5.0)
    assert (answer.status, answer.body) == (200, b"hi")
    assert through[0].startswith(b"GET http://rooms.example.org:80/api/health HTTP/1.1\r\n")


def test_a_refusal_is_an_answer_too(server: Server):
    """With its status, and with what the server says."""
    answer = fetch(parse_address(server.url), "/api/invitations/use", timeout=5.0, body=b"{}")
    assert answer.status == 400
    assert b"secret" in answer.body


@pytest.mark.parametrize(
    ("words", "says"),
    [(b"220 mail.example.org ESMTP\r\n", "speaks no HTTP, but says '220 mail"), (b"", "hangs up")],
)
def test_what_speaks_no_http_is_nobody(words: bytes, says: str):
    """One kind of error for callers, whatever listens there."""
    with door_that_says(words) as (port, _), pytest.raises(LinkError, match=says):
        fetch(parse_address(f"127.0.0.1:{port}"), "/api/health", timeout=5.0)


async def test_nobody_is_followed_elsewhere():
    """A token would go along; the sentence says where to, so that a person can decide."""
    there = "https://rooms.example.org/login?next=%2F"
    answer = f"HTTP/1.1 301 Moved\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
    with door_that_says(answer.encode()) as (port, heard):
        address = parse_address(f"127.0.0.1:{port}")
        with pytest.raises(LinkError, match=r"https://rooms\.example\.org/login:") as by_http:
            fetch(address, "/api/health", timeout=5.0, headers={"Authorization": "Bearer s3cret"})
        with pytest.raises(LinkError, match=r"https://rooms\.example\.org/login:") as by_socket:
            await Lobby.enter(address.http, token="s3cret")
    assert len(heard) == 2
    assert by_http.value.code == by_socket.value.code == "moved"


async def test_nobody_is_followed_to_another_server():
    """By a way that the library would go."""
    with door_that_says(OK) as (elsewhere, heard):
        there = f"ws://127.0.0.1:{elsewhere}/ws"
        answer = f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
        with (
            door_that_says(answer.encode()) as (port, _),
            pytest.raises(LinkError, match=f"sends you on to {there}:"),
        ):
            await Lobby.enter(f"127.0.0.1:{port}", token="s3cret")
    assert heard == []
