"""Attacks over HTTP: requests, bodies, secrets that are guessed, answers that are not read."""

import asyncio
import base64
import json
import secrets

from benchmarks.attacks.connections import held
from benchmarks.attacks.target import Target, attack, crowd, let_go


async def _asked(target: Target, size: int, asked: list[bytes]) -> None:
    """So many connections ask all that, ten times at once, again and again."""

    async def one(number: int) -> None:
        sock = await target.raw()
        loop = asyncio.get_running_loop()
        reading = asyncio.create_task(target.read_answers(sock))
        try:
            while target.goes_on and not reading.done():
                await loop.sock_sendall(sock, b"".join(asked) * 10)
                await asyncio.sleep(0.05)
        finally:
            reading.cancel()
            let_go(sock)

    await crowd(target, size, one)


@attack("answered 200", "answered 429", least=20)
async def requests(target: Target) -> None:
    """The list of rooms, over HTTP, as fast as four connections can ask."""
    await _asked(target, 4, [target.request("GET", "/api/rooms")])


@attack("answered 200", "answered 401", "answered 403", "answered 429", least=20)
async def figures(target: Target) -> None:
    """Metrics and health, as fast as four connections can ask."""
    paths = ("/metrics", "/api/health", "/api/ready")
    await _asked(target, 4, [target.request("GET", path) for path in paths])


@attack("connections", least=1)
async def chunks(target: Target) -> None:
    """Bodies of 60,000 pieces, each of one byte."""
    head = target.request("POST", "/api/rooms", b"", "Transfer-Encoding: chunked")
    await held(target, 8, head + b"1\r\n[\r\n" * 60_000)


@attack("connections", least=5)
async def unread_answers(target: Target) -> None:
    """90 connections that ask for the longest lists again and again, and never read."""
    asked = target.request("GET", "/api/rooms?limit=100") * 100

    async def one(number: int) -> None:
        sock = await target.raw(asked)
        try:
            # Over when the server resets it: nothing is read meanwhile.
            while target.goes_on:
                await asyncio.sleep(0.5)
                sock.send(b"\r\n")
        finally:
            let_go(sock)

    await crowd(target, 90, one)


@attack("answered 400", "answered 413", "answered 422", "answered 429", least=10)
async def bodies(target: Target) -> None:
    """Bodies as long as they may be: nested, too long for their field, longer than that."""
    words = json.dumps({"title": "x", "description": "y" * 60_000}).encode()
    asked = [
        target.request("POST", "/api/rooms", b"[" * 65_000),
        target.request("POST", "/api/rooms", words),
        target.request(
            "POST", "/api/invitations/use", b'{"secret": "' + b"\\u0061" * 10_000 + b'"}'
        ),
        target.request("POST", "/api/tokens", b" " * 65_537),
    ]

    async def one(number: int) -> None:
        await target.ask(asked[number % len(asked)], seconds=2)

    await crowd(target, 8, one)


@attack("answered 401", "answered 403", "answered 429", least=20)
async def minting(target: Target) -> None:
    """Tokens are asked for with keys that are guessed, and with a token that may make none."""
    wanted = json.dumps({"identity": "eve"}).encode()

    async def one(number: int) -> None:
        guess = base64.b64encode(f"API{secrets.token_hex(6)}:{secrets.token_hex(24)}".encode())
        shown = (f"Basic {guess.decode()}", f"Bearer {target.token}")[number % 2]
        asked = target.request("POST", "/api/tokens", wanted, f"Authorization: {shown}")
        await target.ask(asked * 10, seconds=2)

    await crowd(target, 10, one)


@attack("answered 201", "answered 401", "answered 404", "answered 429", least=10)
async def invitations(target: Target) -> None:
    """A guest invites into their room without an end; others guess secrets of invitations."""

    async def one(number: int) -> None:
        if number % 2:
            guess = json.dumps({"secret": secrets.token_urlsafe(32), "name": "Eve"}).encode()
            asked = target.request("POST", "/api/invitations/use", guess)
        else:
            token, room = target.token, "open-5"
            asked = target.request(
                "POST",
                f"/api/rooms/{room}/invitations",
                b'{"role": "listener"}',
                f"Authorization: Bearer {token}",
            )
        await target.ask(asked * 10, seconds=2)

    await crowd(target, 10, one)
