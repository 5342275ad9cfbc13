"""What somebody asks of a room: imperative, checked by `decide`.

`kind` tells them apart on the wire. Ids inside commands are made by the shell.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType

# The room and its life.


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """Make a room; the asker becomes its host."""

    kind: Literal["create_room"] = "create_room"
    room_id: str
    title: str
    description: str = ""
    room_type: RoomType = AUDIO_ROOM
    """Whole: the shell finds it by its name."""
    starts_at: Seconds | None = None
    """Schedule it for then; None: its backstage is open now."""
    private: bool = False
    password_hash: str | None = None
    """Made by the shell; the rules never see a password."""
    live: bool = False
    """Go live in the same step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRoom:
    """Change what the room is called and how it is reached; None leaves a thing as it is."""

    kind: Literal["update_room"] = "update_room"
    title: str | None = None
    description: str | None = None
    starts_at: Seconds | None = None
    """Only while the room is scheduled."""
    private: bool | None = None
    password_hash: str | None = None
    """Empty: no password any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLive:
    """Open the room to listeners."""

    kind: Literal["go_live"] = "go_live"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLive:
    """Back to backstage: listeners are sent out."""

    kind: Literal["stop_live"] = "stop_live"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRoom:
    """End the room for all."""

    kind: Literal["end_room"] = "end_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """The system's own: a deadline of `next_deadline` has come."""

    kind: Literal["expire"] = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRoom:
    """The system's own: the server has started again, everyone has to reconnect."""

    kind: Literal["resume_room"] = "resume_room"


# People.


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRoom:
    """Come in. Without a wish for a role, as high as one may."""

    kind: Literal["join_room"] = "join_room"
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRoom:
    """Go out."""

    kind: Literal["leave_room"] = "leave_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole:
    """Promote or demote somebody who is here, or whose role is remembered."""

    kind: Literal["change_role"] = "change_role"
    identity: str
    role: Role


# Permissions.


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCapability:
    """Give somebody who is here one capability, or give it back."""

    kind: Literal["grant_capability"] = "grant_capability"
    identity: str
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCapability:
    """Take one capability from somebody who is here, until it is granted again."""

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


# Hands and invitations.


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHand:
    """Stand in the queue for the stage."""

    kind: Literal["raise_hand"] = "raise_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerHand:
    """Lower one's own hand, or with `update-roles` another's."""

    kind: Literal["lower_hand"] = "lower_hand"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerAllHands:
    """Empty the queue."""

    kind: Literal["lower_all_hands"] = "lower_all_hands"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineHand:
    """Say no to a raised hand."""

    kind: Literal["decline_hand"] = "decline_hand"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHands:
    """Open hands for these roles and close them for the others; hands that are up stay up."""

    kind: Literal["set_hands"] = "set_hands"
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferStage:
    """Accept a hand, or invite a listener without one: they confirm with `AcceptOffer`."""

    kind: Literal["offer_stage"] = "offer_stage"
    identity: str
    role: Role = Role.SPEAKER


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """Step on the stage, muted."""

    kind: Literal["accept_offer"] = "accept_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer:
    """Stay in the audience."""

    kind: Literal["decline_offer"] = "decline_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    """Take an offer back before it is answered."""

    kind: Literal["withdraw_offer"] = "withdraw_offer"
    identity: str


# Moderation.


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Close a microphone: one's own, or with `mute-users` another's."""

    kind: Literal["mute"] = "mute"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute:
    """Open one's own microphone."""

    kind: Literal["unmute"] = "unmute"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteAll:
    """Close every microphone but one's own."""

    kind: Literal["mute_all"] = "mute_all"
    may_unmute: bool = True
    """False also revokes `send-audio` from those of lower rank, until it is granted again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kick:
    """Send somebody out; they may come back."""

    kind: Literal["kick"] = "kick"
    identity: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Send somebody out and keep them out, here now or not."""

    kind: Literal["block"] = "block"
    identity: str
    reason: str = ""
    seconds: Seconds | None = None
    """None: until they are unblocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblock:
    """Let somebody come in again."""

    kind: Literal["unblock"] = "unblock"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Tell those with `read-reports` about somebody who is or was here."""

    kind: Literal["report"] = "report"
    report_id: str
    identity: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleReport:
    """Say that a report has been seen to; it stays in the list."""

    kind: Literal["settle_report"] = "settle_report"
    report_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSlowMode:
    """The time between two messages of one person; 0 turns slow mode off."""

    kind: Literal["set_slow_mode"] = "set_slow_mode"
    seconds: Seconds


# Chat, reactions, events and attributes.


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
class React:
    """Send an emoji of the room's set; it is shown and forgotten."""

    kind: Literal["react"] = "react"
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEvent:
    """Tell every client something of one's own; it is passed on and forgotten."""

    kind: Literal["send_event"] = "send_event"
    type: str
    data: str
    """JSON, at most 4 KiB in UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAttribute:
    """Set a value of the room's small store, or with None remove it."""

    kind: Literal["set_attribute"] = "set_attribute"
    key: str
    value: str | None
    expected_version: int | None = None
    """Refuse unless the key has this version now; 0: unless it is missing; None: never."""


ParticipantCommand: TypeAlias = (
    LeaveRoom
    | UpdateRoom
    | GoLive
    | StopLive
    | EndRoom
    | ChangeRole
    | GrantCapability
    | RevokeCapability
    | RequestPermission
    | AnswerRequest
    | RaiseHand
    | LowerHand
    | LowerAllHands
    | DeclineHand
    | SetHands
    | OfferStage
    | AcceptOffer
    | DeclineOffer
    | WithdrawOffer
    | Mute
    | Unmute
    | MuteAll
    | Kick
    | Block
    | Unblock
    | Report
    | SettleReport
    | SetSlowMode
    | SendMessage
    | DeleteMessage
    | PinMessage
    | React
    | SendEvent
    | SetAttribute
)
"""What somebody who is in the room, or acts on it from outside, may ask."""

SystemCommand: TypeAlias = Expire | ResumeRoom
"""What only the shell itself may ask."""

Command: TypeAlias = CreateRoom | JoinRoom | ParticipantCommand | SystemCommand
