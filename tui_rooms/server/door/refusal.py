"""How this server says no: over HTTP as `{"code": …, "reason": …}`, and when it cannot read."""

import json
import logging

from starlette.types import Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.refusals import count_refusal
from tui_rooms.server.storage.errors import StorageError

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


async def refuse(scope: Scope, send: Send, status: int, code: str, reason: str) -> None:
    """Answer a request, or the opening of a WebSocket, before any route sees it."""
    count_refusal(scope, code)
    websocket = scope["type"] == "websocket"
    if websocket and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})
        return
    prefix = "websocket.http" if websocket else "http"
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if status in (429, 503):
        headers.append((b"retry-after", b"1"))
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers})
    body = json.dumps({"code": code, "reason": reason}).encode()
    await send({"type": f"{prefix}.response.body", "body": body})
