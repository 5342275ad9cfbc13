"""Single capabilities."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.roles import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCapability:
    """Give somebody who is here one capability, or give it back, also to who has left."""

    kind: Literal["grant_capability"] = "grant_capability"
    identity: str
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCapability:
    """Take one capability from somebody who is or was here, until it is granted again."""

    kind: Literal["revoke_capability"] = "revoke_capability"
    identity: str
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPermission:
    """Ask those with `update-permissions` for a capability."""

    kind: Literal["request_permission"] = "request_permission"
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """Grant or decline what somebody has asked for."""

    kind: Literal["answer_request"] = "answer_request"
    identity: str
    capability: Capability
    grant: bool
