"""The queue of raised hands."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHand:
    """Stand in the queue for the stage."""

    kind: Literal["raise_hand"] = "raise_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerHand:
    """Lower one's own hand, or with `update-roles` another's."""

    kind: Literal["lower_hand"] = "lower_hand"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerAllHands:
    """Empty the queue."""

    kind: Literal["lower_all_hands"] = "lower_all_hands"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineHand:
    """Say no to a raised hand."""

    kind: Literal["decline_hand"] = "decline_hand"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHands:
    """Open hands for these roles and close them for the others; hands that are up stay up."""

    kind: Literal["set_hands"] = "set_hands"
    roles: frozenset[Role]
