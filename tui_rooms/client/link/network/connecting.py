"""Opening the WebSocket to a server, directly or through a proxy."""

import asyncio
import json
import socket
from http import HTTPStatus
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    InvalidMessage,
    InvalidProxyMessage,
    InvalidProxyStatus,
    InvalidStatus,
    WebSocketException,
)

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.network.failures import moved, no_way, proxy_fails, proxy_refuses
from tui_rooms.client.link.network.knocking import knock
from tui_rooms.client.link.network.proxy import Proxy, proxy_for
from tui_rooms.client.link.network.tls import speaks_tls, tls_instead
from tui_rooms.wire.messages import VERSION

OPEN_TIMEOUT: Final = 10.0
PING_EVERY: Final = 1.0
"""Seconds: the server takes us for lost when three are missing."""
DEAD_AFTER: Final = 8.0
"""Seconds without an answer to a ping, after which the link counts as lost."""
MAX_INCOMING_BYTES: Final = 16 * 1024 * 1024
"""A snapshot with all that a host may see is 8 MiB at most: reports and messages at their limits.
Most are below 50 kB."""
_QUOTED: Final = 200
"""Of a page that refuses us, what a sentence repeats."""


class Heard(ClientConnection):
    """Knows when anything last came, be it a part of a message."""

    heard_at = 0.0
    """In the loop's time."""

    def data_received(self, data: bytes) -> None:
        """Whatever it is: it has come."""
        self.heard_at = self.loop.time()
        super().data_received(data)


class _StaysHere(connect):
    """Follows nobody elsewhere: a token would go along."""

    def process_redirect(self, exc: Exception) -> Exception:
        """No way on, whatever the answer names; the answer itself is the failure."""
        return exc


async def open_socket(address: Address) -> ClientConnection:
    """Connect to the signalling.

    Raises:
        LinkError: no way there; the sentence says why, and what to do.
    """
    proxy = proxy_for(address)
    loop = asyncio.get_running_loop()
    until = loop.time() + OPEN_TIMEOUT
    sock: socket.socket | None = None
    try:
        if proxy is None:
            sock = await knock(address.host, address.port, timeout=OPEN_TIMEOUT)
        return await _StaysHere(
            address.websocket,
            sock=sock,
            max_size=MAX_INCOMING_BYTES,
            open_timeout=until - loop.time(),
            ping_interval=PING_EVERY,
            ping_timeout=DEAD_AFTER,
            close_timeout=1,
            compression=None,
            proxy=None if proxy is None else proxy.url,
            create_connection=Heard,
        )
    except (WebSocketException, OSError, ValueError) as exc:
        if await _is_tls_only(address, exc, proxy):
            raise tls_instead(address) from exc
        raise _failure(address, exc, proxy) from exc


def stranger(address: Address) -> LinkError:
    """What people are told of somebody who does not speak our protocol."""
    return LinkError(
        "bad-message",
        f"{address.netloc} does not speak this client's language (version {VERSION}): "
        "is it a tui-rooms server of the same version?",
        retryable=False,
    )


async def _is_tls_only(address: Address, error: Exception, proxy: Proxy | None) -> bool:
    """Whether a way without TLS failed where TLS is spoken.

    Servers that speak TLS hang up then, or send an alert, or a page with status 400.
    """
    if address.secure or proxy is not None:
        return False
    refused = isinstance(error, InvalidStatus) and error.response.status_code == 400
    broken = isinstance(error, InvalidMessage | ConnectionError) and not isinstance(
        error, ConnectionRefusedError
    )
    return (refused or broken) and await asyncio.to_thread(speaks_tls, address)


def _failure(address: Address, error: Exception, proxy: Proxy | None) -> LinkError:
    match error:
        case InvalidStatus():
            return _refused(address, error)
        case InvalidProxyStatus() if proxy is not None:
            return proxy_refuses(address, proxy, error.response.status_code)
        case InvalidProxyMessage() if proxy is not None:
            return proxy_fails(address, proxy, "does not answer as a proxy does")
        case WebSocketException() if isinstance(error.__cause__, EOFError | OSError):
            return no_way(address, error.__cause__, None)
        case OSError() | UnicodeError():
            return no_way(address, error, proxy)
        case _:
            return stranger(address)


def _refused(address: Address, error: InvalidStatus) -> LinkError:
    status = error.response.status_code
    target = error.response.headers.get("Location")
    if 300 <= status < 400 and target is not None:
        return moved(address, target)
    said = _said(bytes(error.response.body or b""))
    crowded = status == HTTPStatus.TOO_MANY_REQUESTS
    meaning = "too many at once; try again in a moment"
    if not crowded:
        meaning = "not a tui-rooms server, or this way in is closed"
    return LinkError(
        "refused-door",
        f"{address.netloc} answers with HTTP {status}"
        + (f" ({said})" if said else "")
        + f": {meaning}",
        retryable=crowded or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _said(body: bytes) -> str:
    """The reason that a server of ours gives, else the beginning of a stranger's page."""
    try:
        match json.loads(body):
            case {"reason": str(reason)}:
                return reason[:_QUOTED]
    except (ValueError, RecursionError):
        pass
    return body[:_QUOTED].decode(errors="replace").strip()
