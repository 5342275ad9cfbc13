"""One HTTP request to a server; to one on this very machine never through a proxy."""

import http.client
import json
import re
import traceback
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.network.failures import moved, no_way, proxy_fails, proxy_refuses
from tui_rooms.client.link.network.proxy import Proxy, proxy_for
from tui_rooms.client.link.network.tls import speaks_tls, tls_instead

HEALTH: Final = "/api/health"
MOST_BYTES: Final = 1_000_000
"""Of an answer that are read; whatever else listens there may send without end."""
_QUOTED: Final = 80
"""Characters of a stranger's words that a sentence repeats."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was answered, be it yes or no."""

    status: int
    body: bytes
    headers: Message


def fetch(
    address: Address,
    path: str,
    *,
    timeout: float,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """GET a path of a server, or POST to it when there is a body. It goes where it is told only.

    Args:
        timeout: seconds, for each time that it keeps us waiting.

    Raises:
        LinkError: nobody answers there, or in another language than HTTP.
    """
    proxy = proxy_for(address)
    # An address is http or https only.
    request = urllib.request.Request(  # noqa: S310
        f"{address.http}{path}", body, dict(headers or {})
    )
    if proxy is not None and proxy.authorization is not None:
        request.add_unredirected_header("Proxy-Authorization", proxy.authorization)
    try:
        try:
            answer = _opener(proxy).open(request, timeout=timeout)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            fetched = Fetched(answer.status, answer.read(MOST_BYTES), answer.headers)
    except (http.client.HTTPException, OSError, ValueError) as exc:
        error = exc.reason if isinstance(exc, urllib.error.URLError) else exc
        if isinstance(error, OSError):
            # Python 3.11 leaves what a proxy answers to a refused tunnel open, held by the frames.
            traceback.clear_frames(error.__traceback__)
        if _is_tls_only(address, error, proxy):
            raise tls_instead(address) from exc
        raise _failure(address, error, proxy) from exc
    if proxy is not None and fetched.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        raise proxy_refuses(address, proxy, fetched.status)
    if 300 <= fetched.status < 400 and "location" in fetched.headers:
        raise moved(address, fetched.headers["location"])
    return fetched


def is_tui_rooms(health: bytes) -> bool:
    """Whether an answer to `HEALTH` is that of a server of ours."""
    try:
        known = json.loads(health)
    except (ValueError, RecursionError):
        return False
    return isinstance(known, dict) and known.get("server") == "tui-rooms"


def _opener(proxy: Proxy | None) -> urllib.request.OpenerDirector:
    """HTTP and TLS, and nobody who follows a redirection: a token would go along."""
    opener = urllib.request.OpenerDirector()
    # The environment has been read already, so an empty table is right without a proxy.
    way = {} if proxy is None else dict.fromkeys(("http", "https"), f"http://{proxy.netloc}")
    for handler in (
        urllib.request.ProxyHandler(way),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _is_tls_only(address: Address, error: object, proxy: Proxy | None) -> bool:
    """Whether a way without TLS failed where TLS is spoken: it hangs up, or sends an alert."""
    broken = isinstance(error, http.client.HTTPException | ConnectionError)
    is_open = not isinstance(error, ConnectionRefusedError)
    return broken and is_open and not address.secure and proxy is None and speaks_tls(address)


def _failure(address: Address, error: object, proxy: Proxy | None) -> LinkError:
    refused = re.match(r"Tunnel connection failed: (\d{3})", str(error))
    if refused is not None and proxy is not None:
        return proxy_refuses(address, proxy, int(refused[1]))
    if proxy is not None and isinstance(error, http.client.HTTPException):
        return proxy_fails(address, proxy, "does not answer as a proxy does")
    if isinstance(error, http.client.RemoteDisconnected):
        return no_way(address, error, None)  # nothing was said at all
    if isinstance(error, OSError | UnicodeError):
        return no_way(address, error, proxy)
    if isinstance(error, http.client.IncompleteRead):
        return LinkError(
            "no-answer", f"{address.netloc} hangs up in the middle of an answer", retryable=True
        )
    said = str(error).strip()[:_QUOTED] if isinstance(error, http.client.BadStatusLine) else ""
    return LinkError(
        "not-http",
        f"{address.netloc} is no tui-rooms server: what answers there speaks no HTTP"
        + (f", but says '{said}'" if said else ""),
        retryable=False,
    )
