"""HTTP bodies are bounded before anything reads them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 65_536


class BodyLimit:
    """ASGI middleware: a request with a longer body is answered with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > BODY_LIMIT:
                await _too_large(send)
                return
        body: Message | None = {"type": "http.request", "body": b"".join(parts)}

        async def replay() -> Message:
            nonlocal body
            first, body = body, None
            return first if first is not None else await receive()

        await self._app(scope, replay, send)


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    text = f"the body is longer than {BODY_LIMIT} bytes\n"
    await send({"type": "http.response.body", "body": text.encode()})
