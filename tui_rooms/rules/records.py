"""The small records that a room keeps about people, and what they wrote."""

from dataclasses import dataclass
from typing import TypeAlias

from tui_rooms.rules.address import Address
from tui_rooms.rules.roles import Capability, Role

Seconds: TypeAlias = float
"""Seconds since the epoch when a moment is meant, else a duration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """How what calendars show of a room stands: its title, description and start."""

    number: int = 0
    """How often it was changed; once more when the room was called off."""
    at: Seconds = 0.0
    """When that was last, or when the room was made."""

    def after(self, at: Seconds) -> "Revision":
        """One change later."""
        return Revision(number=self.number + 1, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who is in the room now."""

    identity: str
    name: str
    role: Role
    muted: bool = True
    since: Seconds
    """When they came in, or stepped on the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A raised hand. Its place in the queue is its place in `Room.hands`."""

    name: str
    raised_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The stage, offered to somebody who has not answered yet."""

    name: str
    """Of whom it is offered to."""
    role: Role
    by: str
    at: Seconds
    expires_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The capabilities that somebody has asked for."""

    name: str
    capabilities: frozenset[Capability]
    at: Seconds
    """Of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Somebody who may not come in."""

    name: str
    by: str
    reason: str
    at: Seconds
    until: Seconds | None
    """None: until they are unblocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOut:
    """Somebody who was kicked or blocked, and has not joined again since."""

    name: str
    by: str
    reason: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedBy:
    """Whose microphone somebody else has closed, and who has not opened it since."""

    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Somebody who has left."""

    name: str
    role: Role
    network: str | None
    """Where they came from, see `Actor.network`."""
    at: Seconds
    """When they left, or were blocked after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reported about somebody else."""

    report_id: str
    identity: str
    name: str
    by: str
    by_name: str
    reason: str
    text: str
    at: Seconds
    settled_by: str | None = None
    """The name of who has seen to it; None while it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message, as it stands."""

    message_id: str
    identity: str
    name: str
    text: str
    """Empty when it was deleted: the message keeps its place."""
    to: Address
    at: Seconds
    deleted_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A value of the room's own small store."""

    value: str
    version: int
    """Counts all changes of the store, so that no version comes twice."""
