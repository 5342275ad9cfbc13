"""Microphones."""

from dataclasses import dataclass
from typing import Literal


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
