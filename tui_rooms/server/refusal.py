"""The one form in which HTTP says no: `{"code": …, "reason": …}`."""

import json

from starlette.types import Scope, Send


async def refuse(scope: Scope, send: Send, status: int, code: str, reason: str) -> None:
    """Answer a request, or the opening of a WebSocket, before any route sees it."""
    websocket = scope["type"] == "websocket"
    if websocket and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})
        return
    prefix = "websocket.http" if websocket else "http"
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if status == 429:
        headers.append((b"retry-after", b"1"))
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers})
    body = json.dumps({"code": code, "reason": reason}).encode()
    await send({"type": f"{prefix}.response.body", "body": body})
