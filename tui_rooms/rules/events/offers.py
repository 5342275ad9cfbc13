"""The stage was offered, and what became of it."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOffered:
    kind: Literal["stage_offered"] = "stage_offered"
    identity: str
    name: str
    role: Role
    by: str
    at: Seconds
    expires_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted:
    """`RoleChanged` follows."""

    kind: Literal["offer_accepted"] = "offer_accepted"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    kind: Literal["offer_declined"] = "offer_declined"
    identity: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    kind: Literal["offer_withdrawn"] = "offer_withdrawn"
    identity: str
    by: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExpired:
    kind: Literal["offer_expired"] = "offer_expired"
    identity: str
    at: Seconds
