"""What every answer over HTTP tells browsers and caches."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    # Answers hold tokens, and what only the asker may read.
    (b"cache-control", b"no-store"),
    # Nothing here is a script, a frame or a picture, whatever somebody has written in a room.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    # The link of a private room is not told to other sites.
    (b"referrer-policy", b"no-referrer"),
)


class SafeHeaders:
    """ASGI middleware, outside of all others: refusals have the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Not async: it is called for each message of a WebSocket, and waits for nothing itself.
        def send_safely(message: Message) -> Awaitable[None]:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            return send(message)

        await self._app(scope, receive, send_safely)
