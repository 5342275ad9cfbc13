"""Who has used up an address's share of the loop's time waits before anything is read from them."""

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.addresses import Paces
from tui_rooms.server.door.changes import PROTECTION
from tui_rooms.server.door.loop_time import LoopTime, payer_of
from tui_rooms.server.door.own_parts import is_own_part
from tui_rooms.server.door.refusal import refuse
from tui_rooms.server.rooms.bill import paid

_AHEAD: Final = re.compile(r"POST /api/rooms/[^/]+/commands|GET /api/(?:health|ready)")
"""What may protect people, which nobody knows before it is read; and what tells that we live."""


class LoopTimeGuard:
    """ASGI middleware: all that a request costs is paid by its address.

    An HTTP request waits as a whole, or is answered with 503. A WebSocket waits when it is opened,
    and then each message by itself: see `turns`. Commands over HTTP go ahead of that, as many of an
    address as one host may do to protect people.
    """

    def __init__(self, app: ASGIApp, loop_time: LoopTime) -> None:
        self._app = app
        self._loop_time = loop_time
        self._ahead = Paces(
            burst=PROTECTION.burst, per_second=PROTECTION.per_second, clock=loop_time.clock
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_own_part(scope):
            await self._app(scope, receive, send)
            return
        client = scope.get("client") or (None, 0)
        payer = payer_of(client[0])
        if not self._loop_time.is_free(payer) and not self._goes_ahead(scope, payer):
            try:
                await self._loop_time.turn(payer, tuple(client))
            except RoomError as refused:
                await refuse(scope, receive, send, 503, refused)
                return
        await paid(self._loop_time.bill(payer), self._answer(scope, receive, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _goes_ahead(self, scope: Scope, payer: str) -> bool:
        if scope["type"] != "http":
            return False
        method = scope["method"]
        asked = _AHEAD.fullmatch(f"{method} {scope['path']}")
        return asked is not None and self._ahead.allows((payer, method))
