"""`Host` and `Origin` are checked before anything else happens, on HTTP and WebSocket alike.

A page that some browser shows may send requests to this server too. `Origin` tells such pages
apart from our own; `Host` stops a foreign name that was pointed at our address (DNS rebinding).
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.refusal import refuse


class OriginGuard:
    """ASGI middleware that turns foreign names and foreign pages away with 403."""

    def __init__(
        self, app: ASGIApp, *, names: Iterable[str] = (), public_url: str | None = None
    ) -> None:
        """
        Args:
            public_url: as people and their browsers know the server; a proxy may stand there,
                which asks by another name or number.
        """
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}
        self._public_url = public_url
        if public_url is not None:
            self._names.add(urlsplit(public_url).hostname or "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            reason = self.refusal(_header(scope, b"host"), _header(scope, b"origin"))
            if reason:
                await refuse(scope, receive, send, 403, RoomError("foreign-origin", reason))
                return
        await self._app(scope, receive, send)

    def refusal(self, host: str | None, origin: str | None) -> str | None:
        """Why a request with these headers is turned away; None when it may pass."""
        if host is None or not self._is_ours(host):
            return f"host '{_shown(host)}' is not a name of this server; use its address"
        if origin is None or origin.lower() == self._public_url:
            return None  # our own page, or not a browser: those cannot leave it out
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower():
            return f"pages of origin '{_shown(origin)}' may not use this server"
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True  # a number cannot be rebound


def _header(scope: Scope, name: bytes) -> str | None:
    values = [value for key, value in scope["headers"] if key == name]
    if len(values) > 1:
        return ""  # two of them: some proxy or attacker disagrees with itself
    return values[0].decode("latin-1") if values else None


def _shown(value: str | None) -> str:
    return "" if value is None else value[:80].encode("ascii", "backslashreplace").decode()
