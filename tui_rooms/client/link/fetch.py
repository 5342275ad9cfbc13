"""One HTTP request to a server; to one on this very machine never through a proxy."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Final

from tui_rooms.client.link.address import Address

HEALTH: Final = "/api/health"
MOST_BYTES: Final = 1_000_000
"""Of an answer that are read; whatever else listens there may send without end."""


class NoHttpError(OSError):
    """Something answers, and not in HTTP."""


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
    """GET a path of a server, or POST to it when there is a body.

    Args:
        timeout: seconds, for each time that it keeps us waiting.

    Raises:
        OSError: nobody answers there; `NoHttpError`: in another language than HTTP.
    """
    # An address is http or https only.
    request = urllib.request.Request(  # noqa: S310
        f"{address.http}{path}", body, dict(headers or {})
    )
    try:
        try:
            answer = _opener(address).open(request, timeout=timeout)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            return Fetched(answer.status, answer.read(MOST_BYTES), answer.headers)
    except http.client.RemoteDisconnected:
        raise  # nothing was said at all
    except (http.client.HTTPException, UnicodeError) as exc:
        raise NoHttpError(f"what answers speaks no HTTP: {exc}") from exc


def is_tui_rooms(health: bytes) -> bool:
    """Whether an answer to `HEALTH` is that of a server of ours."""
    try:
        known = json.loads(health)
    except (ValueError, RecursionError):
        return False
    return isinstance(known, dict) and known.get("server") == "tui-rooms"


def _opener(address: Address) -> urllib.request.OpenerDirector:
    if address.loopback:
        # A proxy on the way to this very machine would be a mistake of the environment.
        return urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener()
