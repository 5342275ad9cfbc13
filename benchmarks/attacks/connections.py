"""Attacks with connections alone: many, slow, silent, broken."""

import asyncio
import secrets
import socket
import struct

from benchmarks.attacks.target import SOCKETS, Target, attack, crowd, let_go


async def held(target: Target, size: int, data: bytes) -> None:
    """So many connections send that, and read what comes."""

    async def one(number: int) -> None:
        await target.ask(data)
        await asyncio.sleep(0.1)

    await crowd(target, size, one)


@attack("connections", least=100)
async def idle(target: Target) -> None:
    """1,300 connections that say nothing."""
    await held(target, 1_300, b"")


@attack("connections", least=100)
async def heads(target: Target) -> None:
    """60 addresses with 60 connections each, on which the most of a head waits for its end."""
    crowd_at = "127.0.1" if target.me.startswith("127.") else "10.231.78"
    head = b"GET / HTTP/1.1\r\nX: " + b"x" * 15_000

    async def one(number: int) -> None:
        await target.ask(head, source=f"{crowd_at}.{number % 60 + 1}")

    await crowd(target, 3_600, one)


@attack("letters", least=100)
async def slow(target: Target) -> None:
    """150 heads and 100 bodies of which a letter comes at a time."""
    body = target.request("POST", "/api/rooms", b"[" * 60_000)[:-59_999]

    async def one(number: int) -> None:
        sock = await target.raw(body if number % 5 < 2 else b"GET / HTTP/1.1\r\nHost: ")
        loop = asyncio.get_running_loop()
        try:
            while target.goes_on:
                await asyncio.sleep(0.5)
                await loop.sock_sendall(sock, b"1")
                target.done["letters"] += 1
        finally:
            let_go(sock)

    await crowd(target, 250, one)


@attack("sockets", least=5)
async def mute(target: Target) -> None:
    """90 WebSockets that never say hello."""

    async def one(number: int) -> None:
        own = await target.connect()
        try:
            while True:
                await own.hear()
        finally:
            own.close()

    await crowd(target, SOCKETS, one)


@attack("connections", least=100)
async def nonsense(target: Target) -> None:
    """Bytes that are no request, on 50 connections at a time."""
    await held(target, 50, b"\x16\x03\x01 nonsense \xff\xfe\r\n\r\n" + secrets.token_bytes(64))


@attack("connections", least=200)
async def resets(target: Target) -> None:
    """Connections that are reset at once, some after a request."""

    async def one(number: int) -> None:
        sock = await target.raw(b"GET / HTTP/1.1\r\n\r\n" if number % 2 else b"")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        let_go(sock)
        await asyncio.sleep(0.01)

    await crowd(target, 20, one)


@attack("pings", least=1_000)
async def pings(target: Target) -> None:
    """20 WebSockets that ping as fast as they can."""
    burst = (b"\x89\xfd" + bytes(4) + b"p" * 125) * 50

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            while target.goes_on:
                await own.send(burst)
                target.done["pings"] += 50
                own.skip()
                await asyncio.sleep(0.01)
        finally:
            own.close()

    await crowd(target, 20, one)


@attack("fragments", least=1_000)
async def fragments(target: Target) -> None:
    """20 WebSockets that send a message of a million fragments, each of one byte or none."""
    more = (b"\x00\x81" + bytes(4) + b" " + b"\x00\x80" + bytes(4)) * 25

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            await own.send(b"\x01\x81" + bytes(4) + b" ")
            while target.goes_on:
                await own.send(more)
                target.done["fragments"] += 50
                await asyncio.sleep(0.01)
        finally:
            own.close()

    await crowd(target, 20, one)
