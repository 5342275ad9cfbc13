"""What has happened in a room: past tense, applied by `evolve`.

`PRESENCE` is never logged. `by` is who did it: an identity, or None when it came by itself.
Who may see which event is said in `visibility`.
"""

from typing import TypeAlias

from tui_rooms.rules.events.chat import (
    ChatTrimmed,
    MessageDeleted,
    MessagePinned,
    MessageSent,
    SlowModeSet,
)
from tui_rooms.rules.events.creation import PasswordSet, RoomCreated, RoomUpdated
from tui_rooms.rules.events.entry import CameBack, CameFrom, EntrySet, InsidersNoted
from tui_rooms.rules.events.hands import (
    AllHandsLowered,
    HandDeclined,
    HandLowered,
    HandRaised,
    HandsSet,
)
from tui_rooms.rules.events.microphones import (
    AllMuted,
    Muted,
    Unmuted,
    UnmutingAllowed,
    UnmutingForbidden,
)
from tui_rooms.rules.events.moderation import Blocked, Kicked, Reported, ReportSettled, Unblocked
from tui_rooms.rules.events.offers import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferWithdrawn,
    StageOffered,
)
from tui_rooms.rules.events.opening import (
    BackstageOpened,
    ListenersSentOut,
    LiveStopped,
    RoomEnded,
    RoomResumed,
    WentLive,
)
from tui_rooms.rules.events.people import (
    AudienceJoined,
    AudienceLeft,
    ClaimsDropped,
    RoleChanged,
    RoleRemembered,
    StageJoined,
    StageLeft,
)
from tui_rooms.rules.events.permissions import (
    CapabilityGranted,
    CapabilityRevoked,
    PermissionRequested,
    RequestAnswered,
)
from tui_rooms.rules.events.signals import AttributeSet, EventSent, Reacted

__all__ = [
    "PRESENCE",
    "AllHandsLowered",
    "AllMuted",
    "AttributeSet",
    "AudienceJoined",
    "AudienceLeft",
    "BackstageOpened",
    "Blocked",
    "CameBack",
    "CameFrom",
    "CapabilityGranted",
    "CapabilityRevoked",
    "ChatTrimmed",
    "ClaimsDropped",
    "EntrySet",
    "Event",
    "EventSent",
    "HandDeclined",
    "HandLowered",
    "HandRaised",
    "HandsSet",
    "InsidersNoted",
    "Kicked",
    "ListenersSentOut",
    "LiveStopped",
    "MessageDeleted",
    "MessagePinned",
    "MessageSent",
    "Muted",
    "OfferAccepted",
    "OfferDeclined",
    "OfferExpired",
    "OfferWithdrawn",
    "PasswordSet",
    "PermissionRequested",
    "Reacted",
    "ReportSettled",
    "Reported",
    "RequestAnswered",
    "RoleChanged",
    "RoleRemembered",
    "RoomCreated",
    "RoomEnded",
    "RoomResumed",
    "RoomUpdated",
    "SlowModeSet",
    "StageJoined",
    "StageLeft",
    "StageOffered",
    "Unblocked",
    "Unmuted",
    "UnmutingAllowed",
    "UnmutingForbidden",
    "WentLive",
]

_OfRoom: TypeAlias = RoomCreated | RoomUpdated | PasswordSet | RoomResumed
_OfLife: TypeAlias = BackstageOpened | WentLive | LiveStopped | ListenersSentOut | RoomEnded
_OfStage: TypeAlias = StageJoined | StageLeft | ClaimsDropped | RoleChanged | RoleRemembered
_OfRights: TypeAlias = CapabilityGranted | CapabilityRevoked | PermissionRequested | RequestAnswered
_OfHands: TypeAlias = HandRaised | HandLowered | HandDeclined | AllHandsLowered | HandsSet
_OfOffers: TypeAlias = StageOffered | OfferAccepted | OfferDeclined | OfferWithdrawn | OfferExpired
_OfEntry: TypeAlias = EntrySet | InsidersNoted | CameBack | CameFrom
_OfSound: TypeAlias = Muted | Unmuted | AllMuted | UnmutingForbidden | UnmutingAllowed
_OfOrder: TypeAlias = Kicked | Blocked | Unblocked | Reported | ReportSettled | SlowModeSet
_OfChat: TypeAlias = MessageSent | MessageDeleted | ChatTrimmed | MessagePinned | AttributeSet
_OfMoment: TypeAlias = AudienceJoined | AudienceLeft | Reacted | EventSent

Event: TypeAlias = (
    _OfRoom | _OfLife | _OfEntry | _OfStage | _OfRights | _OfHands | _OfOffers | _OfSound
    | _OfOrder | _OfChat | _OfMoment
)  # fmt: skip

PRESENCE = (AudienceJoined, AudienceLeft, CameFrom, Reacted, EventSent)
"""Events that are not in the log: what holds for the moment only."""
