"""What a WebSocket sends beside messages: a real server, real frames."""

import asyncio
import json
import re
import socket

from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect

from tests.server.door.test_unread import OPENING, frame
from tests.server.serving import serving
from tests.support.http import call
from tests.support.server import running_server
from tui_rooms.server.door.web_socket import FRAMES_AT_ONCE, SLICE

PING = b"\x89\x80" + bytes(4)
EMPTY_PIECE = b"\x00\x80" + bytes(4)
READ = 1 << 18
"""What asyncio reads at a time, at most."""
HELLO = {"type": "hello", "version": 1, "name": "Ben"}


def opened(port: int) -> socket.socket:
    """A WebSocket that has said hello."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    sock.sendall(OPENING)
    assert b" 101 " in sock.recv(4096)
    sock.sendall(frame(HELLO))
    return sock


def until_closed(sock: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    came = b""
    try:
        while data := sock.recv(1 << 16):
            came += data
    except ConnectionResetError:
        return came  # we went on sending
    return came


def test_pings_and_pieces_without_end_end_the_connection():
    """Each kind alone; what does not come near the limit changes nothing."""
    with running_server() as server:
        for kind, begin in ((PING, b""), (EMPTY_PIECE, b"\x01\x80" + bytes(4))):
            few, many = opened(server.port), opened(server.port)
            few.sendall(begin + kind * 20)
            many.sendall(begin + kind * (FRAMES_AT_ONCE + 100))
            assert b"pings or pieces" in until_closed(many)
            few.sendall(b"\x80\x80" + bytes(4) if begin else b"")
            few.sendall(frame({"type": "watch_rooms", "id": 7}))
            came = b""
            while b'"id":7' not in came:
                came += few.recv(1 << 16)
            few.close()
            many.close()


def test_messages_that_come_together_are_all_answered_in_their_order():
    """More than are taken apart at once, with a ping among them."""
    with running_server() as server:
        sock = opened(server.port)
        asked = [
            frame({"type": "watch_rooms", "id": n, "text": "words " * 5}) for n in range(1, 51)
        ]
        asked.insert(25, PING)
        together = b"".join(asked)
        assert len(together) > 2 * SLICE
        sock.sendall(together)
        came = b""
        while b'"id":50,' not in came:
            came += sock.recv(1 << 16)
        assert [int(n) for n in re.findall(rb'"id":(\d+),', came)] == list(range(1, 51))
        assert b"\x8a\x00" in came  # the pong
        sock.close()


async def test_messages_arrive_as_they_were_sent():
    """By a client of another make, at each form that the length of a frame has."""
    said = [char * size for char in "bä" for size in (0, 1, 125, 126, 65_535, 65_536, 100_000)]

    async def talks(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        for text in said:
            await send({"type": "websocket.send", "text": text})
        await receive()

    async with (
        serving(talks) as port,
        connect(f"ws://127.0.0.1:{port}/", max_size=None) as client,
    ):
        assert [await client.recv() for _ in said] == said


async def test_what_nobody_asks_for_is_left_to_the_system():
    """Also while messages are taken one by one out of what has come already."""
    taken, most = 0, 0
    done = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal taken, most
        protocol = receive.__self__  # type: ignore[attr-defined]
        await receive()
        await send({"type": "websocket.accept"})
        while taken < 500:
            for _ in range(5):
                await asyncio.sleep(0)  # the loop reads, if it may
            most = max(most, len(protocol._unparsed))
            assert (await receive())["type"] == "websocket.receive"
            taken += 1
        assert not protocol.transport.is_reading()
        done.set()

    async with serving(slow) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(OPENING)
        assert b" 101 " in await reader.readline()
        writer.write(frame({"type": "watch_rooms"}) * 200_000)
        await asyncio.wait_for(done.wait(), 20)
        writer.transport.abort()  # type: ignore[attr-defined]
    assert 0 < most <= 2 * READ


def test_a_body_in_crumbs_is_refused():
    """In a few pieces it is read like any other."""
    head = (
        b"POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    body = json.dumps({"title": "Tea"}).encode()
    with running_server() as server:
        for piece, status in ((7, b" 201 "), (1, b" 400 ")):
            padded = body + b" " * (0 if piece > 1 else 1_000)
            parts = [padded[at : at + piece] for at in range(0, len(padded), piece)]
            chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
                sock.sendall(head + chunks + b"0\r\n\r\n")
                assert status in sock.recv(4096).splitlines()[0]
        assert call(f"{server.url}/api/health").status == 200
        assert "Traceback" not in server.log.read_text()


def test_a_server_that_ends_does_not_wait_for_a_body_that_never_comes():
    """Nor for connections that came while it began to end; nothing of it is an error."""
    with running_server() as server:
        lines = b"POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
        halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        for half in halves:
            half.sendall(lines)
        assert call(f"{server.url}/api/health").status == 200  # by then they have been read
        server.may_end = True
        server.process.terminate()
        idle = []
        try:
            while True:
                idle.append(socket.create_connection(("127.0.0.1", server.port)))
        except OSError:
            pass
        server.process.wait(20)
        for sock in (*halves, *idle):
            sock.close()
        log = server.log.read_text()
        assert "ERROR" not in log
        assert "Traceback" not in log
