"""The state of one room."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tui_rooms.rules.roles import ROOM_TYPES, Capability, Role

Seconds: TypeAlias = float
"""Seconds since the epoch when a moment is meant, else a duration."""


class Life(StrEnum):
    """Where a room stands: backstage → live → ended."""

    BACKSTAGE = "backstage"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who is in the room now."""

    identity: str
    name: str
    role: Role
    muted: bool = True
    since: Seconds
    """When they came in, or stepped on the stage."""


@dataclass(slots=True, kw_only=True)
class Room:
    """One room as far as somebody knows it: the server all of it, a client its `view`."""

    room_id: str
    title: str
    room_type: str
    life: Life = Life.BACKSTAGE
    created_at: Seconds
    live_since: Seconds | None = None
    host_name: str
    """The name of who made it, shown in the lobby even when they are away."""
    stage: dict[str, Participant] = field(default_factory=dict)
    """Hosts and speakers who are here, by identity, in the order of arrival."""
    audience: dict[str, Participant] = field(default_factory=dict)
    """Listeners who are here, by identity. A client knows the first few only."""
    audience_count: int = 0
    """All listeners who are here."""
    roles: dict[str, Role] = field(default_factory=dict)
    """Roles that were given by name and are remembered when their owner is away."""
    empty_since: Seconds | None = None
    """When the last person left; None while anyone is here."""

    def find(self, identity: str) -> Participant | None:
        """Who that is, on the stage or in the audience; None when they are not here."""
        return self.stage.get(identity) or self.audience.get(identity)

    def capabilities(self, identity: str) -> frozenset[Capability]:
        """What they may do now; nothing when they are not here."""
        who = self.find(identity)
        return ROOM_TYPES[self.room_type].capabilities[who.role] if who else frozenset()

    def may(self, identity: str, capability: Capability) -> bool:
        """Whether they are here and hold that capability."""
        return capability in self.capabilities(identity)

    def may_be_heard(self, identity: str) -> bool:
        """Whether the media engine lets their sound through: `send-audio`, and not muted."""
        who = self.find(identity)
        return who is not None and not who.muted and self.may(identity, Capability.SEND_AUDIO)
