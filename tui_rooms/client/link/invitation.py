"""Using an invitation link: its secret becomes a token for the room."""

from tui_rooms.client.link.address import Address
from tui_rooms.client.link.posting import posted
from tui_rooms.wire.pasted import usable_token


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
    return await posted(
        address,
        "/api/invitations/use",
        {"secret": secret} | ({"name": name} if name else {}),
        token=usable_token(token) if token else None,
        gives="token",
        otherwise="takes no invitations: is the link right?",
    )
