"""Who waits for an answer of those in charge: raised hands, invitations, asked permissions."""

from dataclasses import dataclass

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One of them."""

    identity: str
    name: str
    since: Seconds
    position: int = 0
    """In the queue of hands, from 1; 0 for those without a hand up."""
    capability: Capability | None = None
    """What was asked for; None: the stage."""
    offered_until: Seconds | None = None
    """The stage was offered, and nobody has to decide but they."""

    @property
    def takes(self) -> Capability:
        """What it takes to answer."""
        return Capability.UPDATE_PERMISSIONS if self.capability else Capability.UPDATE_ROLES


def waiting(room: Room) -> tuple[Waiting, ...]:
    """Hands in their order, then the invited, then requests."""
    hands = [
        Waiting(
            identity=identity,
            name=hand.name,
            since=hand.raised_at,
            position=position,
            offered_until=room.offers[identity].expires_at if identity in room.offers else None,
        )
        for position, (identity, hand) in enumerate(room.hands.items(), start=1)
    ]
    invited = [
        Waiting(identity=identity, name=offer.name, since=offer.at, offered_until=offer.expires_at)
        for identity, offer in room.offers.items()
        if identity not in room.hands
    ]
    requests = [
        Waiting(identity=identity, name=request.name, since=request.at, capability=capability)
        for identity, request in room.requests.items()
        for capability in sorted(request.capabilities)
    ]
    return (*hands, *invited, *requests)
