"""Roles, capabilities, and the room types that join the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a room."""

    HOST = "host"
    SPEAKER = "speaker"
    LISTENER = "listener"

    @property
    def on_stage(self) -> bool:
        """Hosts and speakers stand on the stage; listeners are the audience."""
        return self is not Role.LISTENER


class Capability(StrEnum):
    """One thing that somebody may do; names as the field uses them."""

    JOIN_BACKSTAGE = "join-backstage"
    SEND_AUDIO = "send-audio"
    MUTE_USERS = "mute-users"
    UPDATE_ROLES = "update-roles"
    GO_LIVE = "go-live"
    END_ROOM = "end-room"


@dataclass(frozen=True, slots=True)
class RoomType:
    """A template: what each role may do, and as what a newcomer without a grant comes in."""

    name: str
    summary: str
    """One line for people who choose."""
    joins_as: Role
    capabilities: Mapping[Role, frozenset[Capability]]


_CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.HOST: frozenset(Capability),
    Role.SPEAKER: frozenset({Capability.JOIN_BACKSTAGE, Capability.SEND_AUDIO}),
    Role.LISTENER: frozenset(),
}

ROOM_TYPES: Mapping[str, RoomType] = {
    kind.name: kind
    for kind in (
        RoomType("audio_room", "hosts invite people to the stage", Role.LISTENER, _CAPABILITIES),
        RoomType("open_mic", "everyone may talk", Role.SPEAKER, _CAPABILITIES),
    )
}
