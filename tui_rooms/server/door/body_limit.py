"""HTTP bodies are bounded, in size and in time, before anything reads them."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.refusal import refuse

BODY_LIMIT = 65_536
BODY_TIME: Seconds = 20.0
"""From the end of a request's head to the end of its body."""


class BodyLimit:
    """ASGI middleware: a request with a longer body is answered with 413, a slower one with 408."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_TIME):
                whole = await _read(receive)
        except TimeoutError:
            reason = f"the body did not arrive within {BODY_TIME:.0f} s"
            await refuse(scope, receive, send, 408, RoomError("body-too-slow", reason))
            return
        if whole is None:
            return
        if len(whole) > BODY_LIMIT:
            reason = f"the body is longer than {BODY_LIMIT} bytes"
            await refuse(scope, receive, send, 413, RoomError("body-too-long", reason))
            return
        body: Message | None = {"type": "http.request", "body": whole}

        async def replay() -> Message:
            nonlocal body
            first, body = body, None
            return first if first is not None else await receive()

        await self._app(scope, replay, send)


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of it as shows that it is too long; None: the client has gone."""
    body = bytearray()
    more = True
    while more and len(body) <= BODY_LIMIT:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)
