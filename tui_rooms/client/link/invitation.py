"""Using an invitation link: its secret becomes a token for the room."""

import asyncio
import json
from typing import Any, Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.fetch import fetch
from tui_rooms.rules.errors import RoomError

ANSWER_TIMEOUT: Final = 10.0


async def accept_invitation(
    address: Address, *, token: str | None = None, name: str | None = None
) -> str:
    """Use the invitation of a link; counts one use. The token for its room.

    Args:
        token: of somebody who is known already, and stays who they are.
        name: what somebody without a token is called.

    Raises:
        RoomError: the invitation is used up, expired, revoked, …
        LinkError: no such server, or it does not speak with us.
    """
    wanted = {"secret": address.invite} | ({"name": name} if name else {})
    answer = await asyncio.to_thread(_post, address, wanted, token)
    return str(answer["token"])


def _post(address: Address, wanted: dict[str, Any], token: str | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = fetch(
            address,
            "/api/invitations/use",
            timeout=ANSWER_TIMEOUT,
            body=json.dumps(wanted).encode(),
            headers=headers,
        )
    except OSError as exc:
        raise LinkError(
            "no-server", f"no server answers at {address.netloc}: {exc}", retryable=True
        ) from exc
    found = _object(address, answer.body)
    if answer.status >= 400:
        raise RoomError(str(found.get("code")), str(found.get("reason")))
    return found


def _object(address: Address, text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LinkError(
            "not-tui-rooms", f"what answers at {address.netloc} takes no invitations",
            retryable=False,
        )  # fmt: skip
    return found
