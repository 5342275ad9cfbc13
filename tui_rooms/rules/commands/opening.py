"""The life of a room."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds


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
    wall_ahead: Seconds = 0.0
    """As of `CreateRoom`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRoom:
    """The system's own: the server has started again, everyone has to reconnect."""

    kind: Literal["resume_room"] = "resume_room"
