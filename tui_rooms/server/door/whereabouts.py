"""Where somebody comes from, decided once: all limits, guests and blocks go by it.

- From a trusted proxy: whom it names, else the proxy.
- From loopback: this machine, which is not limited, unless there is a sign of a proxy. One that
  adds nothing and asks in HTTP/1.1 by a local name gives none: `--public-url` tells of it.
- From anywhere else: the address of the connection, whatever its headers say.
"""

import ipaddress
import logging
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.forwarding import UNNAMED_PROXY, TrustedProxies
from tui_rooms.server.door.refusal import refuse

SIGNS: Final = frozenset(
    {
        b"cf-connecting-ip",
        b"forwarded",
        b"true-client-ip",
        b"via",
        b"x-client-ip",
        b"x-forwarded",
        b"x-forwarded-by",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-proto",
        b"x-forwarded-scheme",
        b"x-forwarded-server",
        b"x-original-forwarded-for",
        b"x-real-ip",
    }
)
"""Headers that proxies add, and programs on this machine do not."""

NOWHERE: Final = "a connection that is gone"
"""Where somebody comes from of whom the system knows no address any more."""

log = logging.getLogger(__name__)


class Whereabouts:
    """ASGI middleware, outside of all that asks where somebody comes from."""

    def __init__(
        self, app: ASGIApp, proxies: TrustedProxies, *, public_url: str | None = None
    ) -> None:
        """
        Args:
            public_url: as people know the server; when that is not this machine's own name, a
                proxy stands between, and nobody who comes from loopback is of this machine.
        """
        self._app = app
        self._proxies = proxies
        self._is_behind_a_proxy = public_url is not None and not _is_local(
            urlsplit(public_url).netloc
        )
        self._has_said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            try:
                self._place(scope)
            except RoomError as refused:
                await refuse(scope, receive, send, 400, refused)
                return
        await self._app(scope, receive, send)

    def _place(self, scope: Scope) -> None:
        host, port = scope.get("client") or (None, 0)
        if host is None:
            scope["client"] = (NOWHERE, 0)
        elif self._proxies.has(host):
            named = self._proxies.named(host, scope["headers"])
            scope["client"] = (named.host, 0)
            if named.scheme is not None:
                secure, kind = named.scheme == "https", scope["type"]
                plain = "ws" if kind == "websocket" else "http"
                scope["scheme"] = f"{plain}s" if secure else plain
        elif stranger(host) is None and self._is_passed_on(scope):
            scope["client"] = (UNNAMED_PROXY, port)

    def _is_passed_on(self, scope: Scope) -> bool:
        """Whether there is a sign that it was some proxy on this machine that connected."""
        names = [name for name, _ in scope["headers"]]
        if not SIGNS.isdisjoint(names):
            self._say_once()
            return True
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        return (
            self._is_behind_a_proxy
            or scope["http_version"] == "1.0"
            or not all(_is_local(host.decode("latin-1")) for host in hosts)
        )

    def _say_once(self) -> None:
        if not self._has_said:
            self._has_said = True
            log.warning(
                "a proxy on this machine asks for others and is not believed, so they share one "
                "address's limits and need tokens: name it with --trusted-proxy 127.0.0.1"
            )


def _is_local(host: str) -> bool:
    """Whether that is a name by which only this machine reaches itself."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
