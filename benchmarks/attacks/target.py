"""Whom an attack goes against, what it has done, and how much of that shows that it took place.

An attack is a function that goes on until it is over, and counts what it did in `done`.
"""

import asyncio
import json
import re
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias

from benchmarks.load_socket import SmallWebSocket

FAILURES: Final = (OSError, TimeoutError, ValueError, EOFError, AssertionError)
SOCKETS: Final = 90
"""WebSockets of one address: fewer than it may have, so that honest people find a place."""
_KIND: Final = re.compile(rb'"type":"(\w+)"')
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")


def let_go(sock: socket.socket) -> None:
    """Close it, whoever still waits for it: the loop would take its number for another one's."""
    loop = asyncio.get_running_loop()
    if sock.fileno() >= 0:
        loop.remove_reader(sock)
        loop.remove_writer(sock)
    sock.close()


class Visit(SmallWebSocket):
    """A WebSocket that counts how it is answered."""

    done: Counter[str]
    identity = ""
    """Whom the server takes us for."""

    def skip(self) -> None:
        """Throw away what has come, without waiting."""
        self._drain()
        while (frame := self._next()) is not None:
            kind = _KIND.search(frame[1][:200])
            if kind is None:
                continue
            if kind[1] == b"ack":
                self.done["ack"] += 1
            elif kind[1] == b"refused":
                self.done[f"refused {json.loads(frame[1])['code']}"] += 1

    def close(self) -> None:
        """Leave without a word."""
        let_go(self._socket)

    async def send(self, data: bytes) -> None:
        """Any bytes."""
        async with self._saying:
            await asyncio.get_running_loop().sock_sendall(self._socket, data)


@dataclass
class Target:
    """Whom it goes against, from where."""

    host: str
    port: int
    me: str
    victim: str
    token: str
    """A host's, for attacks from within."""
    done: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def lasting(cls, seconds: float, *where: Any) -> Self:
        """One that is over after so many seconds."""
        target = cls(*where)
        asyncio.get_running_loop().call_later(seconds, target.over.set)
        return target

    @property
    def goes_on(self) -> bool:
        """Whether it is not over."""
        return not self.over.is_set()

    async def connect(self) -> Visit:
        """A WebSocket that has said nothing."""
        made = await Visit.open((self.host, self.port), "/ws", host=self.me)
        made.done = self.done
        self.done["sockets"] += 1
        return made

    async def visit(self, **hello: Any) -> Visit:
        """A WebSocket that has said hello and was welcomed.

        Raises:
            ConnectionError: it was not.
        """
        made = await self.connect()
        try:
            await made.say({"type": "hello", "version": 1, "name": "Eve", **hello})
            told = await made.hear()
            if told["type"] == "refused":
                self.done[f"refused {told['code']}"] += 1
                raise ConnectionError(told["code"])
            made.identity = told["identity"]
        except BaseException:
            made.close()
            raise
        return made

    async def guest_in(self, room: str) -> Visit:
        """A guest in that room, without sound."""
        own = await self.visit()
        await own.say({"type": "join_room", "id": 1, "room": room, "media": False})
        return own

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
            let_go(sock)
            raise
        self.done["connections"] += 1
        return sock

    def request(self, method: str, path: str, body: bytes = b"", *lines: str) -> bytes:
        """An HTTP request."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", *lines]
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*head, "", ""]).encode() + body

    async def read_answers(self, sock: socket.socket) -> None:
        """Count HTTP answers until they close."""
        while data := await asyncio.get_running_loop().sock_recv(sock, 1 << 16):
            for status in _STATUS.findall(data):
                self.done[f"answered {status.decode()}"] += 1

    async def ask(
        self, data: bytes, *, source: str | None = None, seconds: float | None = None
    ) -> None:
        """Send that on a connection of its own, and count the answers until they close.

        Raises:
            TimeoutError: they have not within so many seconds.
        """
        sock = await self.raw(data, source=source)
        try:
            async with asyncio.timeout(seconds):
                await self.read_answers(sock)
        finally:
            let_go(sock)


Act: TypeAlias = Callable[[Target], Awaitable[None]]


@dataclass(frozen=True)
class Attack:
    """A kind of attack."""

    act: Act
    proof: tuple[str, ...]
    """Counts, of the attack or of the server; together they show that it took place."""
    least: float
    """So many of them a second, or it did not."""

    @property
    def about(self) -> str:
        """What it does."""
        return (self.act.__doc__ or "").splitlines()[0].rstrip(".")


KINDS: Final[dict[str, Attack]] = {}


def attack(*proof: str, least: float) -> Callable[[Act], Act]:
    """Enter a function among the kinds, by its name."""

    def enter(act: Act) -> Act:
        KINDS[act.__name__] = Attack(act, proof, least)
        return act

    return enter


async def crowd(target: Target, size: int, act: Callable[[int], Awaitable[None]]) -> None:
    """So many do it again and again, each after a moment when it was cut off."""

    async def one(number: int) -> None:
        while target.goes_on:
            try:
                await act(number)
            except FAILURES:
                target.done["cut off"] += 1
                await asyncio.sleep(0.2)

    everybody = [asyncio.create_task(one(number)) for number in range(size)]
    await target.over.wait()
    for task in everybody:
        task.cancel()
    await asyncio.wait(everybody)


async def repeated(
    target: Target, size: int, *messages: dict[str, Any], pause: float = 0.04
) -> None:
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
                await asyncio.sleep(pause)
        finally:
            own.close()

    await crowd(target, size, one)
