"""The life of a room went on."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.life import EndReason
from tui_rooms.rules.records import Seconds


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
