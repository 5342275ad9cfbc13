"""Single capabilities were given, taken, asked for."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityGranted:
    kind: Literal["capability_granted"] = "capability_granted"
    identity: str
    name: str
    capability: Capability
    by: str | None
    """None: by their token."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityRevoked:
    kind: Literal["capability_revoked"] = "capability_revoked"
    identity: str
    name: str
    capability: Capability
    by: str
    """Empty: the room by itself, as it was taken from somebody of the same network address."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequested:
    kind: Literal["permission_requested"] = "permission_requested"
    identity: str
    name: str
    capability: Capability
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """When it is granted, `CapabilityGranted` follows."""

    kind: Literal["request_answered"] = "request_answered"
    identity: str
    name: str
    capability: Capability
    granted: bool
    by: str
    at: Seconds
