"""Where visitors come in, beside the routes of the HTTP API."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.server.door.asgi_socket import AsgiSocket
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.own_parts import person_of
from tui_rooms.server.door.pulse import pulse_of
from tui_rooms.server.door.visitor import Visitor

PATH: Final = "/ws"


class Connections:
    """How many WebSockets are open; the embedded server ends when it stays none."""

    def __init__(self) -> None:
        self.open = 0


class Entrance:
    """ASGI application: a WebSocket is a visitor's, without the way that requests take to a route.

    That way costs as much as the rest of the opening, and two calls more for each message.
    """

    def __init__(self, routes: ASGIApp, door: Door, connections: Connections) -> None:
        """
        Args:
            routes: for everything else.
        """
        self._routes = routes
        self._door = door
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or scope["path"] != PATH:
            await self._routes(scope, receive, send)
            return
        self._connections.open += 1
        try:
            socket = AsgiSocket(scope, receive, send)
            await Visitor(socket, self._door, pulse_of(scope), person=person_of(scope)).serve()
        except asyncio.CancelledError:
            return  # the server ends, and waits no longer: that is no failure to log
        finally:
            self._connections.open -= 1
