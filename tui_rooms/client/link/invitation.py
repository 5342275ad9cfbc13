"""Using an invitation link: its secret becomes a token for the room."""

import asyncio
import json
from typing import Any, Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.fetch import fetch
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire.pasted import usable_token

ANSWER_TIMEOUT: Final = 10.0


async def accept_invitation(
    address: Address, *, token: str | None = None, name: str | None = None
) -> str:
    """Use the invitation of a link; counts one use. The token for its room.

    Args:
        token: of somebody who is known already, and stays who they are.
        name: what somebody without a token is called.

    Raises:
        RoomError: the invitation is used up, expired, revoked, …, or no text that can be sent.
        LinkError: no such server, or it does not speak with us.
    """
    secret = usable_token(address.invite or "", what="invitation")
    wanted = {"secret": secret} | ({"name": name} if name else {})
    bearer = usable_token(token) if token else None
    answer = await asyncio.to_thread(_post, address, wanted, bearer)
    return str(answer["token"])


def _post(address: Address, wanted: dict[str, Any], token: str | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    answer = fetch(
        address,
        "/api/invitations/use",
        timeout=ANSWER_TIMEOUT,
        body=json.dumps(wanted).encode(),
        headers=headers,
    )
    found = _object(answer.body)
    if answer.status < 400 and isinstance(found.get("token"), str):
        return found
    match found:
        case {"code": str(code), "reason": str(reason)} if answer.status >= 400:
            raise RoomError(code, reason)
        case _:
            raise LinkError(
                "not-tui-rooms",
                f"what answers at {address.netloc} takes no invitations: is the link right?",
                retryable=False,
            )


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
