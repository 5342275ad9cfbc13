"""The commands of the rules as a participant sends them.

Most travel as they are. What the server alone may fill in (ids, the hash of a password) is
missing here, so these few have a form of their own, with the same `kind`.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.records import Seconds
from tui_rooms.wire.fields import Password


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRoom:
    """Change what the room is called and how it is reached; None leaves a thing as it is."""

    kind: Literal["update_room"] = "update_room"
    title: str | None = None
    description: str | None = None
    starts_at: Seconds | None = None
    """Only while the room is scheduled."""
    private: bool | None = None
    password: Annotated[Password | None, Field(repr=False)] = None
    """Empty: no password any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """Write to everyone, to one person, or to roles; the answer says the message's id."""

    kind: Literal["send_message"] = "send_message"
    text: str
    to: Address = field(default_factory=ToEveryone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Tell those with `read-reports` about somebody; the answer says the report's id."""

    kind: Literal["report"] = "report"
    identity: str
    reason: str
    text: str = ""


WireCommand: TypeAlias = Annotated[
    UpdateRoom
    | SendMessage
    | Report
    | commands.LeaveRoom
    | commands.SetEntry
    | commands.GoLive
    | commands.StopLive
    | commands.EndRoom
    | commands.ChangeRole
    | commands.GrantCapability
    | commands.RevokeCapability
    | commands.RequestPermission
    | commands.AnswerRequest
    | commands.RaiseHand
    | commands.LowerHand
    | commands.LowerAllHands
    | commands.DeclineHand
    | commands.SetHands
    | commands.OfferStage
    | commands.AcceptOffer
    | commands.DeclineOffer
    | commands.WithdrawOffer
    | commands.Mute
    | commands.Unmute
    | commands.MuteAll
    | commands.AllowUnmuting
    | commands.Kick
    | commands.Block
    | commands.BlockStranger
    | commands.Unblock
    | commands.SettleReport
    | commands.SetSlowMode
    | commands.DeleteMessage
    | commands.PinMessage
    | commands.React
    | commands.SendEvent
    | commands.SetAttribute,
    Discriminator("kind"),
]
"""Joining and creating are requests of their own."""
