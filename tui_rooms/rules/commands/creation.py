"""Making a room, and changing what it is called and how it is reached."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType


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
    wall_ahead: Seconds = 0.0
    """Made by the shell: how far the wall clock, which starts follow, is ahead of the room's."""


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
    wall_ahead: Seconds = 0.0
    """As of `CreateRoom`."""
