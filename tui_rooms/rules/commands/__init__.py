"""What somebody asks of a room: imperative, checked by `decide`.

`kind` tells them apart on the wire. Ids inside commands are made by the shell.
"""

from typing import TypeAlias

from tui_rooms.rules.commands.chat import DeleteMessage, PinMessage, SendMessage, SetSlowMode
from tui_rooms.rules.commands.creation import CreateRoom, UpdateRoom
from tui_rooms.rules.commands.entry import SetEntry
from tui_rooms.rules.commands.hands import (
    DeclineHand,
    LowerAllHands,
    LowerHand,
    RaiseHand,
    SetHands,
)
from tui_rooms.rules.commands.microphones import AllowUnmuting, Mute, MuteAll, Unmute
from tui_rooms.rules.commands.moderation import (
    Block,
    BlockStranger,
    Kick,
    Report,
    SettleReport,
    Unblock,
)
from tui_rooms.rules.commands.offers import AcceptOffer, DeclineOffer, OfferStage, WithdrawOffer
from tui_rooms.rules.commands.opening import EndRoom, Expire, GoLive, ResumeRoom, StopLive
from tui_rooms.rules.commands.people import ChangeRole, JoinRoom, LeaveRoom
from tui_rooms.rules.commands.permissions import (
    AnswerRequest,
    GrantCapability,
    RequestPermission,
    RevokeCapability,
)
from tui_rooms.rules.commands.signals import React, SendEvent, SetAttribute

__all__ = [
    "FOLLOWING_THE_WALL",
    "AcceptOffer",
    "AllowUnmuting",
    "AnswerRequest",
    "Block",
    "BlockStranger",
    "ChangeRole",
    "Command",
    "CreateRoom",
    "DeclineHand",
    "DeclineOffer",
    "DeleteMessage",
    "EndRoom",
    "Expire",
    "GoLive",
    "GrantCapability",
    "JoinRoom",
    "Kick",
    "LeaveRoom",
    "LowerAllHands",
    "LowerHand",
    "Mute",
    "MuteAll",
    "OfferStage",
    "ParticipantCommand",
    "PinMessage",
    "RaiseHand",
    "React",
    "Report",
    "RequestPermission",
    "ResumeRoom",
    "RevokeCapability",
    "SendEvent",
    "SendMessage",
    "SetAttribute",
    "SetEntry",
    "SetHands",
    "SetSlowMode",
    "SettleReport",
    "StopLive",
    "SystemCommand",
    "Unblock",
    "Unmute",
    "UpdateRoom",
    "WithdrawOffer",
]

ParticipantCommand: TypeAlias = (
    LeaveRoom
    | UpdateRoom
    | SetEntry
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
    | AllowUnmuting
    | Kick
    | Block
    | BlockStranger
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

FOLLOWING_THE_WALL = (CreateRoom, UpdateRoom, Expire)
"""Those that are about a start, with a `wall_ahead`."""
