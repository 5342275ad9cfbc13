"""The stage, offered and accepted."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferStage:
    """Accept a hand, or invite a listener without one: they confirm with `AcceptOffer`."""

    kind: Literal["offer_stage"] = "offer_stage"
    identity: str
    role: Role = Role.SPEAKER


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """Step on the stage, muted."""

    kind: Literal["accept_offer"] = "accept_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer:
    """Stay in the audience."""

    kind: Literal["decline_offer"] = "decline_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    """Take an offer back before it is answered."""

    kind: Literal["withdraw_offer"] = "withdraw_offer"
    identity: str
