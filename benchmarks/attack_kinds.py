"""Attacks over TCP: what strangers ask, say, and do not say.

Each is a function that goes on for as long as it is let, and counts what it did in `done`.
"""

import asyncio
import contextlib
import secrets
import socket
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.load_socket import SmallWebSocket

FAILURES: Final = (OSError, TimeoutError, ValueError, EOFError)
SOCKETS: Final = 90
"""WebSockets of one address: fewer than it may have, so that honest people find a place."""


@dataclass
class Target:
    """Whom it goes against, from where."""

    host: str
    port: int
    me: str
    victim: str
    token: str
    """A host's, for attacks from within."""
    until: float
    """By `time.monotonic`; may be brought forward."""
    done: Counter[str] = field(default_factory=Counter)

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.until

    async def visit(self, **hello: Any) -> SmallWebSocket:
        """A WebSocket that has said hello and was answered."""
        made = await SmallWebSocket.open((self.host, self.port), "/ws", host=self.me)
        try:
            await made.say({"type": "hello", "version": 1, "name": "Eve", **hello})
            await made.hear()
        except BaseException:
            made.close()
            raise
        return made

    async def raw(self, data: bytes = b"", *, source: str | None = None) -> socket.socket:
        """A TCP connection on which that was sent."""
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        sock.setblocking(False)
        try:
            sock.bind((source or self.me, 0))
            await loop.sock_connect(sock, (self.host, self.port))
            await loop.sock_sendall(sock, data)
        except BaseException:
            sock.close()
            raise
        self.done["connections"] += 1
        return sock


Attack = Callable[[Target], Awaitable[None]]


async def crowd(target: Target, size: int, act: Callable[[int], Awaitable[None]]) -> None:
    """So many do it again and again, each after a moment when it was refused."""

    async def one(number: int) -> None:
        while target.goes_on:
            try:
                await act(number)
            except FAILURES:
                target.done["refused"] += 1
                await asyncio.sleep(0.2)

    everybody = [asyncio.create_task(one(number)) for number in range(size)]
    while target.goes_on:  # noqa: ASYNC110 - the end may be brought forward
        await asyncio.sleep(min(0.2, max(0.0, target.until - time.monotonic())))
    for task in everybody:
        task.cancel()
    await asyncio.wait(everybody)


async def repeated(target: Target, size: int, *messages: dict[str, Any]) -> None:
    """So many WebSockets send the same messages in a circle, as fast as they may."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            n = 1
            while target.goes_on:
                for message in messages:
                    n += 1
                    await own.say({"id": n, **message})
                    target.done["messages"] += 1
                own.skip()
                await asyncio.sleep(0.04)
        finally:
            own.close()

    await crowd(target, size, one)


async def watch(target: Target) -> None:
    """20 sockets ask for the lobby's list again and again."""
    await repeated(target, 20, {"type": "watch_rooms"})


async def lobby(target: Target) -> None:
    """90 watch the lobby while rooms in it change without an end."""

    async def change() -> None:
        await repeated(
            target,
            4,
            {"type": "join_room", "room": "open-1", "media": False},
            {"type": "do", "command": {"kind": "leave_room"}},
        )

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            await own.say({"type": "watch_rooms", "id": 1})
            while target.goes_on:
                await own.hear()
        finally:
            own.close()

    await asyncio.gather(crowd(target, SOCKETS - 10, one), change())


async def unread(target: Target) -> None:
    """90 sockets in a room, and long messages, of which they read none."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            await own.say({"type": "join_room", "id": 1, "room": "open-2", "media": False})
            n = 1
            while target.goes_on:
                if number < 5:
                    n += 1
                    said = {"kind": "send_message", "text": "x" * 3_900}
                    await own.say({"type": "do", "id": n, "command": said})
                    target.done["messages"] += 1
                await asyncio.sleep(0.3)
        finally:
            own.close()

    await crowd(target, SOCKETS, one)


async def hands(target: Target) -> None:
    """90 guests raise and lower their hands."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            await own.say({"type": "join_room", "id": 1, "room": "open-3", "media": False})
            n = 1
            while target.goes_on:
                for kind in ("raise_hand", "lower_hand"):
                    n += 1
                    await own.say({"type": "do", "id": n, "command": {"kind": kind}})
                    target.done["messages"] += 1
                    await asyncio.sleep(0.05)
                own.skip()
        finally:
            own.close()

    await crowd(target, SOCKETS, one)


async def churn(target: Target) -> None:
    """40 come into a room and leave it, again and again."""
    join = {"type": "join_room", "room": "tone", "media": False}
    await repeated(target, 40, join, {"type": "do", "command": {"kind": "leave_room"}})


async def search(target: Target) -> None:
    """20 sockets look for words, and read old rooms."""
    await repeated(
        target,
        20,
        {"type": "find_rooms", "text": "words o", "state": "ended", "limit": 100},
        {"type": "find_rooms", "text": secrets.token_hex(2)},
        {"type": "read_chat", "room": "old-1"},
        {"type": "preview_room", "room": "old-40"},
        {"type": "list_absent", "room": "old-2"},
    )


async def idle(target: Target) -> None:
    """1,300 connections that say nothing."""
    await _held(target, 1_300, b"")


async def many(target: Target) -> None:
    """60 addresses with 60 connections each, on which the most of a head waits for its end."""
    crowd_at = "127.0.1" if target.me.startswith("127.") else "10.231.78"
    head = b"GET / HTTP/1.1\r\nX: " + b"x" * 15_000

    async def one(number: int) -> None:
        sock = await target.raw(head, source=f"{crowd_at}.{number % 60 + 1}")
        try:
            await asyncio.get_running_loop().sock_recv(sock, 4096)
        finally:
            sock.close()

    await crowd(target, 3_600, one)


async def slow(target: Target) -> None:
    """300 requests of which a letter comes at a time."""

    async def one(number: int) -> None:
        sock = await target.raw(b"GET / HTTP/1.1\r\nHost: ")
        loop = asyncio.get_running_loop()
        try:
            while target.goes_on:
                await asyncio.sleep(0.5)
                await loop.sock_sendall(sock, b"1")
        finally:
            sock.close()

    await crowd(target, 300, one)


async def mute(target: Target) -> None:
    """90 WebSockets that never say hello."""

    async def one(number: int) -> None:
        own = await SmallWebSocket.open((target.host, target.port), "/ws", host=target.me)
        target.done["sockets"] += 1
        try:
            while True:
                await own.hear()
        finally:
            own.close()

    await crowd(target, SOCKETS, one)


async def _held(target: Target, size: int, data: bytes) -> None:
    async def one(number: int) -> None:
        sock = await target.raw(data)
        try:
            while await asyncio.get_running_loop().sock_recv(sock, 4096):
                pass
        finally:
            sock.close()
        await asyncio.sleep(0.1)

    await crowd(target, size, one)


async def nonsense(target: Target) -> None:
    """Bytes that are no request, on 50 connections at a time."""
    await _held(target, 50, b"\x16\x03\x01 nonsense \xff\xfe\r\n\r\n" + secrets.token_bytes(64))


async def requests(target: Target) -> None:
    """The list of rooms, over HTTP, as fast as four connections can ask."""
    host = f"{target.host}:{target.port}"
    await _held(target, 4, f"GET /api/rooms HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * 20)


async def resets(target: Target) -> None:
    """Connections that are reset at once, some after a request."""

    async def one(number: int) -> None:
        sock = await target.raw(b"GET / HTTP/1.1\r\n\r\n" if number % 2 else b"")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        await asyncio.sleep(0.01)

    await crowd(target, 20, one)


async def tokens(target: Target) -> None:
    """Tokens that nobody made."""

    async def one(number: int) -> None:
        own = await target.visit(token=f"{secrets.token_urlsafe(40)}.a.{secrets.token_hex(20)}")
        own.close()
        target.done["tokens"] += 1

    await crowd(target, 20, one)


async def broken(target: Target) -> None:
    """WebSockets that say what is no message, and break their frames."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            for n in range(25):
                await own.say({"type": "no such", "id": n, "\x1b[2J\n": ["x" * 200] * 20})
                target.done["messages"] += 1
            with contextlib.suppress(OSError):
                await asyncio.get_running_loop().sock_sendall(own._socket, b"\xff" * 200)
        finally:
            own.close()

    await crowd(target, 20, one)


async def passwords(target: Target) -> None:
    """A room's password is guessed, each time by another guest."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            for n in range(4):
                guess = {"room": "secret", "media": False, "password": secrets.token_hex(4)}
                await own.say({"type": "join_room", "id": n, **guess})
                told = await own.hear()
                target.done[str(told.get("code"))] += 1
        finally:
            own.close()

    await crowd(target, 20, one)


KINDS: Final[dict[str, Attack]] = {
    made.__name__: made
    for made in (
        watch, lobby, unread, hands, churn, search, idle, many, slow, mute,
        nonsense, requests, resets, tokens, broken, passwords,
    )
}  # fmt: skip
