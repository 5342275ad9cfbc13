"""Roles and capabilities: what somebody is in a room, and what somebody may do."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a room."""

    HOST = "host"
    COHOST = "cohost"
    SPEAKER = "speaker"
    LISTENER = "listener"

    @property
    def rank(self) -> int:
        """From 0 (listener) to 3 (host); nobody acts against a higher rank."""
        return _RANK[self]

    @property
    def on_stage(self) -> bool:
        """Hosts, cohosts and speakers stand on the stage; listeners are the audience."""
        return self is not Role.LISTENER


_RANK = {Role.LISTENER: 0, Role.SPEAKER: 1, Role.COHOST: 2, Role.HOST: 3}


class Capability(StrEnum):
    """One thing that somebody may do; names as the field uses them."""

    JOIN_ROOM = "join-room"
    JOIN_BACKSTAGE = "join-backstage"
    SEND_AUDIO = "send-audio"
    """Counts on the stage only: nobody is heard from the audience."""
    RAISE_HAND = "raise-hand"
    SEND_MESSAGE = "send-message"
    CREATE_REACTION = "create-reaction"
    SEND_EVENT = "send-event"
    MUTE_USERS = "mute-users"
    KICK_USERS = "kick-users"
    """Also to delete other people's messages."""
    BLOCK_USERS = "block-users"
    UPDATE_ROLES = "update-roles"
    """Also to run the queue of hands and to offer the stage."""
    UPDATE_PERMISSIONS = "update-permissions"
    UPDATE_ROOM = "update-room"
    """Title, start, password, slow mode, attributes."""
    GO_LIVE = "go-live"
    """Both ways, and to enter a scheduled room before its start."""
    END_ROOM = "end-room"
    PIN_FOR_EVERYONE = "pin-for-everyone"
    START_RECORDING = "start-recording"
    STOP_RECORDING = "stop-recording"
    START_BROADCAST = "start-broadcast"
    STOP_BROADCAST = "stop-broadcast"
    READ_REPORTS = "read-reports"
