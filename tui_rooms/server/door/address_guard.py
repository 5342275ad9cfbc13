"""The limits of an address are checked before anything is read from it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.addresses import Addresses
from tui_rooms.server.door.refusal import refuse


class AddressGuard:
    """ASGI middleware: who asks too fast, or has too many WebSockets, is answered with 429."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = scope["client"][0] if scope.get("client") else None
        websocket = scope["type"] == "websocket"
        try:
            self._addresses.request(host)
            if websocket:
                self._addresses.connected(host)
        except RoomError as refused:
            await refuse(scope, receive, send, 429, refused)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            if websocket:
                self._addresses.disconnected(host)
