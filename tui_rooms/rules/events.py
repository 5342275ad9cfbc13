"""What has happened in a room: past tense, applied by `evolve`.

`PRESENCE` is never logged. `by` is who did it: an identity, or None when it came by itself.
Who may see which event is said in `visibility`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui_rooms.rules.address import Address
from tui_rooms.rules.life import EndReason
from tui_rooms.rules.records import ChatMessage, Seconds
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import RoomType

# The room and its life.


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCreated:
    kind: Literal["room_created"] = "room_created"
    room_id: str
    title: str
    description: str = ""
    room_type: RoomType
    """Whole, so that the log needs no table beside it."""
    starts_at: Seconds | None = None
    private: bool = False
    has_password: bool = False
    identity: str
    """The host who made it."""
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomUpdated:
    """What is None has not changed."""

    kind: Literal["room_updated"] = "room_updated"
    title: str | None = None
    description: str | None = None
    starts_at: Seconds | None = None
    private: bool | None = None
    has_password: bool | None = None
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet:
    """The secret half of creating or updating a room: nobody is told."""

    kind: Literal["password_set"] = "password_set"
    password_hash: str | None
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BackstageOpened:
    """A scheduled room's time has come."""

    kind: Literal["backstage_opened"] = "backstage_opened"
    by: str | None
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    kind: Literal["went_live"] = "went_live"
    by: str | None
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStopped:
    kind: Literal["live_stopped"] = "live_stopped"
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenersSentOut:
    """The whole audience is out, with what it asked for."""

    kind: Literal["listeners_sent_out"] = "listeners_sent_out"
    reason: str
    """A sentence for those who are sent out."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEnded:
    kind: Literal["room_ended"] = "room_ended"
    by: str | None
    reason: EndReason = EndReason.ENDED
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomResumed:
    """The server has started again: the audience is away, grace times begin anew."""

    kind: Literal["room_resumed"] = "room_resumed"
    at: Seconds


# People.


@dataclass(frozen=True, slots=True, kw_only=True)
class StageJoined:
    kind: Literal["stage_joined"] = "stage_joined"
    identity: str
    name: str
    role: Role
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLeft:
    kind: Literal["stage_left"] = "stage_left"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceJoined:
    kind: Literal["audience_joined"] = "audience_joined"
    identity: str
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceLeft:
    kind: Literal["audience_left"] = "audience_left"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsDropped:
    """Hand, offer and request of a listener who has gone are void."""

    kind: Literal["claims_dropped"] = "claims_dropped"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged:
    """Somebody who is here has another role; on the stage they start muted."""

    kind: Literal["role_changed"] = "role_changed"
    identity: str
    name: str
    role: Role
    by: str | None
    """None: the room passed to a cohost."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRemembered:
    """Somebody who is away will come back in that role."""

    kind: Literal["role_remembered"] = "role_remembered"
    identity: str
    role: Role
    by: str
    at: Seconds


# Permissions.


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


# Hands and invitations.


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRaised:
    kind: Literal["hand_raised"] = "hand_raised"
    identity: str
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandLowered:
    kind: Literal["hand_lowered"] = "hand_lowered"
    identity: str
    by: str | None
    """None: an offer that it led to came to nothing."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandDeclined:
    kind: Literal["hand_declined"] = "hand_declined"
    identity: str
    name: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AllHandsLowered:
    kind: Literal["all_hands_lowered"] = "all_hands_lowered"
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandsSet:
    kind: Literal["hands_set"] = "hands_set"
    roles: frozenset[Role]
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOffered:
    kind: Literal["stage_offered"] = "stage_offered"
    identity: str
    name: str
    role: Role
    by: str
    at: Seconds
    expires_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted:
    """`RoleChanged` follows."""

    kind: Literal["offer_accepted"] = "offer_accepted"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    kind: Literal["offer_declined"] = "offer_declined"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    kind: Literal["offer_withdrawn"] = "offer_withdrawn"
    identity: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExpired:
    kind: Literal["offer_expired"] = "offer_expired"
    identity: str
    at: Seconds


# Moderation.


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    kind: Literal["muted"] = "muted"
    identity: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmuted:
    kind: Literal["unmuted"] = "unmuted"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AllMuted:
    kind: Literal["all_muted"] = "all_muted"
    muted: tuple[str, ...]
    """Whose microphones were open."""
    revoked: tuple[str, ...]
    """Who has lost `send-audio` until it is granted again."""
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Kicked:
    """`StageLeft` or `AudienceLeft` follows."""

    kind: Literal["kicked"] = "kicked"
    identity: str
    name: str
    by: str
    reason: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """When they are here, `StageLeft` or `AudienceLeft` follows."""

    kind: Literal["blocked"] = "blocked"
    identity: str
    name: str
    by: str
    reason: str
    at: Seconds
    until: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblocked:
    kind: Literal["unblocked"] = "unblocked"
    identity: str
    name: str
    by: str | None
    """None: their time was over."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    kind: Literal["reported"] = "reported"
    report_id: str
    identity: str
    name: str
    by: str
    by_name: str
    reason: str
    text: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettled:
    kind: Literal["report_settled"] = "report_settled"
    report_id: str
    identity: str
    name: str
    by: str
    by_name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowModeSet:
    kind: Literal["slow_mode_set"] = "slow_mode_set"
    seconds: Seconds
    by: str
    at: Seconds


# Chat, reactions, events and attributes.


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
class Reacted:
    kind: Literal["reacted"] = "reacted"
    identity: str
    name: str
    emoji: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSent:
    kind: Literal["event_sent"] = "event_sent"
    identity: str
    name: str
    type: str
    data: str
    """JSON, at most 4 KiB in UTF-8."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSet:
    kind: Literal["attribute_set"] = "attribute_set"
    key: str
    value: str | None
    """None: it was removed."""
    version: int
    by: str
    at: Seconds


_OfRoom: TypeAlias = RoomCreated | RoomUpdated | PasswordSet | RoomResumed
_OfLife: TypeAlias = BackstageOpened | WentLive | LiveStopped | ListenersSentOut | RoomEnded
_OfStage: TypeAlias = StageJoined | StageLeft | ClaimsDropped | RoleChanged | RoleRemembered
_OfRights: TypeAlias = CapabilityGranted | CapabilityRevoked | PermissionRequested | RequestAnswered
_OfHands: TypeAlias = HandRaised | HandLowered | HandDeclined | AllHandsLowered | HandsSet
_OfOffers: TypeAlias = StageOffered | OfferAccepted | OfferDeclined | OfferWithdrawn | OfferExpired
_OfSound: TypeAlias = Muted | Unmuted | AllMuted
_OfOrder: TypeAlias = Kicked | Blocked | Unblocked | Reported | ReportSettled | SlowModeSet
_OfChat: TypeAlias = MessageSent | MessageDeleted | ChatTrimmed | MessagePinned | AttributeSet
_OfMoment: TypeAlias = AudienceJoined | AudienceLeft | Reacted | EventSent

Event: TypeAlias = (
    _OfRoom | _OfLife | _OfStage | _OfRights | _OfHands | _OfOffers | _OfSound | _OfOrder | _OfChat
    | _OfMoment
)  # fmt: skip

PRESENCE = (AudienceJoined, AudienceLeft, Reacted, EventSent)
"""Events that are not in the log: what holds for the moment only."""
