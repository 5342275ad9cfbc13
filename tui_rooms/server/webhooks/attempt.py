"""One attempt to deliver a webhook: a request, and what its answer means.

httpx, because attempts have a deadline as a whole and can be cancelled, on the server's own event
loop; certificates are checked, redirects are not followed, proxies of the environment not used.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx

from tui_rooms.rules.room import Seconds
from tui_rooms.server.webhooks.retries import Retries

ABOUT_THE_MESSAGE: Final = frozenset({400, 409, 413, 415, 422})
"""Answers after which the same message is not sent again; any other but 2xx may pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt went."""

    failure: str | None = None
    """Why it was not taken, in words; None: it was."""
    is_final: bool = False
    """Whether the same again would be refused again."""
    is_gone: bool = False
    """Whether the receiver wants no more webhooks at all (410)."""
    is_reached: bool = True
    """Whether anybody was there to take it."""
    wait: Seconds | None = None
    """How long the receiver asks to be left alone."""


def http_client() -> httpx.AsyncClient:
    """The client for all attempts of a server."""
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=None)  # nosec B113  # noqa: S113 - an attempt has a deadline as a whole


async def attempt(
    client: httpx.AsyncClient,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    retries: Retries,
    wall: Seconds,
) -> Outcome:
    """Send a webhook once.

    Args:
        wall: the time of day, to understand a date in the answer.
    """
    try:
        async with (
            asyncio.timeout(retries.attempt),
            # Only the head is read: the rest of the answer may be of any length.
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            return _meaning(answer, retries, wall)
    except TimeoutError:
        return Outcome(failure=f"no answer within {retries.attempt:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Outcome(
            failure=_in_words(error), is_reached=not isinstance(error, httpx.ConnectError)
        )


def _meaning(answer: httpx.Response, retries: Retries, wall: Seconds) -> Outcome:
    status = answer.status_code
    if 200 <= status < 300:
        return Outcome()
    moved = " (redirects are not followed)" if 300 <= status < 400 else ""
    return Outcome(
        failure=f"it answered {status}{moved}",
        is_final=status in ABOUT_THE_MESSAGE,
        is_gone=status == HTTPStatus.GONE,
        wait=retries.asked(answer.headers, wall=wall),
    )


def _in_words(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not good: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "it cannot be reached"
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return "it hangs up, or speaks no HTTP"
    return f"it cannot be asked ({type(error).__name__})"
