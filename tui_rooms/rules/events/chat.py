"""Messages were written, deleted, pinned, slowed down."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.address import Address
from tui_rooms.rules.records import ChatMessage, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    kind: Literal["message_sent"] = "message_sent"
    message_id: str
    identity: str
    name: str
    text: str
    to: Address
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted:
    kind: Literal["message_deleted"] = "message_deleted"
    message_id: str
    identity: str
    """Who wrote it."""
    name: str
    to: Address
    """To whom it went: the same people learn that it is gone."""
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTrimmed:
    """Messages older than that are in the log only."""

    kind: Literal["chat_trimmed"] = "chat_trimmed"
    before: Seconds
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePinned:
    kind: Literal["message_pinned"] = "message_pinned"
    message: ChatMessage | None
    """None: nothing is pinned any more."""
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowModeSet:
    kind: Literal["slow_mode_set"] = "slow_mode_set"
    seconds: Seconds
    by: str
    at: Seconds
