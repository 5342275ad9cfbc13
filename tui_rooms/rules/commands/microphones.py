"""Microphones."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Close a microphone: one's own, or with `mute-users` another's.

    Somebody who has left lately is told when they come back.
    """

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
    """False also keeps all of lower rank from unmuting, whoever comes later too, until
    `AllowUnmuting`; whoever is granted `send-audio` meanwhile may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowUnmuting:
    """Let everyone open their microphones again whom `MuteAll` keeps from it."""

    kind: Literal["allow_unmuting"] = "allow_unmuting"
