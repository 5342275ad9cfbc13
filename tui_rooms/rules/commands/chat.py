"""Messages."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """Write to everyone, to one person, or to roles."""

    kind: Literal["send_message"] = "send_message"
    message_id: str
    """The same id again, by the same person, changes nothing: safe to repeat."""
    text: str
    to: Address = ToEveryone()  # noqa: RUF009 - frozen, without fields that change


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMessage:
    """Delete one's own message, or with `kick-users` another's that one can read."""

    kind: Literal["delete_message"] = "delete_message"
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PinMessage:
    """Show a message to everyone above the chat; None shows none."""

    kind: Literal["pin_message"] = "pin_message"
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSlowMode:
    """The time between two messages of one person; 0 turns slow mode off."""

    kind: Literal["set_slow_mode"] = "set_slow_mode"
    seconds: Seconds
