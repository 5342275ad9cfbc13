"""What is asked of a server's HTTP API: what its WebSocket has no words for."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.network.fetch import fetch
from tui_rooms.rules.errors import RoomError

ANSWER_TIMEOUT: Final = 10.0


async def posted(
    address: Address,
    path: str,
    wanted: Mapping[str, Any],
    *,
    token: str | None,
    gives: str,
    otherwise: str,
) -> str:
    """Post something; what the answer gives for it.

    Args:
        token: who asks, if that is to be said.
        gives: the field of the answer that is wanted.
        otherwise: completes "what answers at HOST …", when that is no server of ours.

    Raises:
        RoomError: refused.
        LinkError: no such server, or it does not speak with us.
    """
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps(wanted).encode()
    answer = await asyncio.to_thread(
        fetch, address, path, timeout=ANSWER_TIMEOUT, body=body, headers=headers
    )
    found = _object(answer.body)
    match found:
        case {"code": str(code), "reason": str(reason)} if answer.status >= 400:
            raise RoomError(code, reason)
        case _ if answer.status < 400 and isinstance(found.get(gives), str):
            return str(found[gives])
    raise LinkError(
        "not-tui-rooms", f"what answers at {address.netloc} {otherwise}", retryable=False
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
