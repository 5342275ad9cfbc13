"""What the server adds to a participant's command before the rules see it."""

import secrets
from typing import TypeAlias

from tui_rooms.rules import commands as rules
from tui_rooms.server.door.credentials.passwords import Passwords
from tui_rooms.wire import commands as wire
from tui_rooms.wire.messages import WireCommand

Made: TypeAlias = str | None
"""The id of the message or report that the command makes."""


async def filled_in(
    command: WireCommand, passwords: Passwords, *, address: str | None
) -> tuple[rules.ParticipantCommand, Made]:
    """The command with its ids and the hash of its password.

    Args:
        address: where it comes from.

    Raises:
        RoomError: the password cannot be used.
    """
    match command:
        case wire.SendMessage():
            made = _new_id()
            return rules.SendMessage(message_id=made, text=command.text, to=command.to), made
        case wire.Report():
            made = _new_id()
            return (
                rules.Report(
                    report_id=made,
                    identity=command.identity,
                    reason=command.reason,
                    text=command.text,
                ),
                made,
            )
        case wire.UpdateRoom():
            password = command.password
            return (
                rules.UpdateRoom(
                    title=command.title,
                    description=command.description,
                    starts_at=command.starts_at,
                    private=command.private,
                    password_hash=(
                        None
                        if password is None
                        else await passwords.hash(password, address=address)
                    ),
                ),
                None,
            )
        case _:
            return command, None


def _new_id() -> str:
    return secrets.token_hex(8)
