"""Who is refused at the head of a request has the answer, though its body is still on the way."""

import asyncio
import json

import pytest
from starlette.types import Receive, Scope, Send

from tests.server.serving import serving
from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door import refusal
from tui_rooms.server.door.body_limit import BODY_LIMIT, BodyLimit
from tui_rooms.server.door.refusal import HEARD_OUT, refuse


async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses everybody."""
    await refuse(scope, receive, send, 403, RoomError("not-here", "nobody comes in here"))


async def asked(
    port: int, first: bytes, then: bytes, *, length: int
) -> tuple[dict[str, str], bytes]:
    """The answer to a head and the first of a body, and what comes after the rest of that."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    writer.write(head.encode() + first)
    answer = await reader.readuntil(b"\r\n\r\n")
    size = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = json.loads(await reader.readexactly(size))
    writer.write(then[: len(then) // 2])
    await writer.drain()
    await asyncio.sleep(0)
    writer.write(then[len(then) // 2 :])
    await writer.drain()
    rest = await reader.read()
    writer.close()
    return body, rest


async def pour(writer: asyncio.StreamWriter) -> None:
    """Send for ever."""
    while True:
        writer.write(b"x" * HEARD_OUT)
        await writer.drain()


@pytest.mark.parametrize(
    ("app", "first", "then", "code"),
    [
        (nobody, b"", b"x" * 20, "not-here"),
        (nobody, b"", b"x" * 60_000, "not-here"),
        (BodyLimit(nobody), b"x" * (BODY_LIMIT + 1), b"x" * 100_000, "body-too-long"),
    ],
    ids=["small", "large", "too long"],
)
async def test_a_body_that_comes_after_its_refusal_does_not_reset_the_connection(
    app, first, then, code
):
    """It is read and thrown away; then the connection is closed, as was said."""
    async with serving(app) as port:
        told, rest = await asked(port, first, then, length=len(first + then))
    assert (told["code"], rest) == (code, b"")


async def test_a_body_without_an_end_is_not_read_to_it(monkeypatch):
    """Neither one that goes on, nor one that never comes: both are closed on."""
    monkeypatch.setattr(refusal, "HEARD_OUT_FOR", 0.05)
    async with serving(nobody) as port:
        _, rest = await asked(port, b"", b"", length=1_000)
        assert rest == b""
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n")
        with pytest.raises(ConnectionError):
            await pour(writer)
        writer.close()
