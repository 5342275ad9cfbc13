"""Hands went up and down."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRaised:
    kind: Literal["hand_raised"] = "hand_raised"
    identity: str
    name: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandLowered:
    kind: Literal["hand_lowered"] = "hand_lowered"
    identity: str
    by: str | None
    """None: an offer that it led to came to nothing."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandDeclined:
    kind: Literal["hand_declined"] = "hand_declined"
    identity: str
    name: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AllHandsLowered:
    kind: Literal["all_hands_lowered"] = "all_hands_lowered"
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HandsSet:
    kind: Literal["hands_set"] = "hands_set"
    roles: frozenset[Role]
    by: str
    at: Seconds
