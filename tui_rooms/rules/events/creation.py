"""A room was made, or changed what it is called and how it is reached."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.room_types import RoomType


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
