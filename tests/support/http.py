"""One HTTP request as a test means it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    body: Any
    """Parsed when it is JSON, else text."""
    headers: dict[str, str]
    """By lower-case names."""

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.body["code"])

    @property
    def reason(self) -> str:
        """Of a refusal, for people."""
        return str(self.body["reason"])


def call(
    url: str,
    body: Any = None,
    *,
    method: str | None = None,
    token: str | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send a request.

    Args:
        body: sent as JSON, bytes as they are; None: a GET.
        token: sent as bearer token.
    """
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {}, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        answer = urllib.request.urlopen(request, timeout=ANSWER_SECONDS)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read().decode()
        found = {name.lower(): value for name, value in answer.headers.items()}
    is_json = found.get("content-type", "").startswith("application/json")
    return Reply(answer.status, json.loads(text) if is_json and text else text, found)
