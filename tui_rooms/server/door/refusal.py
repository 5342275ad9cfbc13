"""How this server says no: over HTTP as `{"code": …, "reason": …}`, and when it cannot read."""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Final

from starlette.types import Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.refusals import count_refusal
from tui_rooms.server.storage.errors import StorageError

HEARD_OUT: Final = 262_144
"""Bytes of a refused request that are read, and thrown away."""
HEARD_OUT_FOR: Final[Seconds] = 2.0

log = logging.getLogger(__name__)


def unreadable(error: StorageError) -> RoomError:
    """What an asker is told of it; the operator reads the rest, such as the path, in the log."""
    log.error("what was asked for cannot be read: %s", error.sentence)
    return RoomError(
        "not-read",
        "this server cannot read what it has kept just now. Try again in a moment; if it stays "
        "so, its operator finds the reason in the log",
    )


def unkept(error: StorageError) -> RoomError:
    """What an asker is told when their wish could not be written down, and was not carried out."""
    log.error("what was asked for cannot be kept: %s", error.sentence)
    return RoomError(
        "not-kept",
        "this server cannot keep that just now, so nothing was changed. Try again in a moment; if "
        "it stays so, its operator finds the reason in the log",
    )


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, refused: RoomError
) -> None:
    """Answer a request, or the opening of a WebSocket, before any route sees it."""
    code, reason = refused.code, refused.sentence
    count_refusal(scope, code)
    websocket = scope["type"] == "websocket"
    if websocket and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})
        return
    prefix = "websocket.http" if websocket else "http"
    body = json.dumps({"code": code, "reason": reason}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status in (429, 503):
        headers.append((b"retry-after", b"1"))
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers})
    if not websocket:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await _hear_out(scope, receive)
        body = b""
    await send({"type": f"{prefix}.response.body", "body": body})


async def _hear_out(scope: Scope, receive: Receive) -> None:
    """Throw the rest of a request away, for a while.

    Who closes a connection on which something comes in has the system reset it, and the other end
    may lose the answer then (RFC 9112 §9.6).
    """
    heard, more = 0, not any(name == b"expect" for name, _ in scope["headers"])
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARD_OUT_FOR):
            while more and heard < HEARD_OUT:
                message = await receive()
                heard += len(message.get("body", b""))
                more = message.get("more_body", False)
