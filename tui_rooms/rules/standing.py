"""How a participant stands, as a table: away, in the audience, on the stage, blocked.

It is the specification of what `decide` and `evolve` do to one person, and the test of it walks
every standing × event. What it leaves out: somebody whose `send-audio` was revoked comes back on
the stage silenced, and people on the stage may have a hand up too where a room lets them.
"""

from collections.abc import Mapping
from enum import StrEnum

from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room


class Standing(StrEnum):
    """What somebody is doing, as others see it."""

    AWAY = "away"
    LISTENING = "listening"
    HAND_UP = "hand up"
    INVITED = "invited"
    """Offered the stage without a hand up."""
    CALLED_UP = "called up"
    """Offered the stage with a hand up."""
    MUTED = "muted on stage"
    OPEN = "open on stage"
    SILENCED = "silenced on stage"
    """Without `send-audio`: cannot unmute."""
    BLOCKED = "blocked"


class ParticipantEvent(StrEnum):
    """What moves somebody from one standing to another."""

    JOINED_AUDIENCE = "joins the audience"
    JOINED_STAGE = "joins the stage"
    RAISED_HAND = "raises a hand"
    LOWERED_HAND = "hand is lowered"
    OFFERED = "is offered the stage"
    OFFER_ENDED = "declines, or lets it expire"
    OFFER_WITHDRAWN = "offer is withdrawn"
    STEPPED_UP = "accepts, or is promoted"
    STEPPED_DOWN = "steps down"
    UNMUTED = "unmutes"
    MUTED = "is muted"
    REVOKED = "send-audio is revoked"
    GRANTED = "send-audio is granted"
    LEFT = "leaves, or is kicked"
    BLOCKED = "is blocked"
    UNBLOCKED = "is unblocked, or time is over"


_S, _E = Standing, ParticipantEvent
_IN_AUDIENCE = (_S.LISTENING, _S.HAND_UP, _S.INVITED, _S.CALLED_UP)
_ON_STAGE = (_S.MUTED, _S.OPEN, _S.SILENCED)

STANDINGS: Mapping[tuple[Standing, ParticipantEvent], Standing] = {
    (_S.AWAY, _E.JOINED_AUDIENCE): _S.LISTENING,
    (_S.AWAY, _E.JOINED_STAGE): _S.MUTED,
    (_S.LISTENING, _E.RAISED_HAND): _S.HAND_UP,
    (_S.LISTENING, _E.OFFERED): _S.INVITED,
    (_S.HAND_UP, _E.LOWERED_HAND): _S.LISTENING,
    (_S.HAND_UP, _E.OFFERED): _S.CALLED_UP,
    (_S.INVITED, _E.RAISED_HAND): _S.CALLED_UP,
    (_S.INVITED, _E.OFFER_ENDED): _S.LISTENING,
    (_S.INVITED, _E.OFFER_WITHDRAWN): _S.LISTENING,
    (_S.CALLED_UP, _E.LOWERED_HAND): _S.INVITED,
    (_S.CALLED_UP, _E.OFFER_ENDED): _S.LISTENING,
    (_S.CALLED_UP, _E.OFFER_WITHDRAWN): _S.HAND_UP,
    (_S.MUTED, _E.UNMUTED): _S.OPEN,
    (_S.MUTED, _E.REVOKED): _S.SILENCED,
    (_S.OPEN, _E.MUTED): _S.MUTED,
    # Another client of theirs takes the place over.
    (_S.OPEN, _E.JOINED_AUDIENCE): _S.MUTED,
    (_S.OPEN, _E.JOINED_STAGE): _S.MUTED,
    (_S.OPEN, _E.REVOKED): _S.SILENCED,
    (_S.SILENCED, _E.GRANTED): _S.MUTED,
    (_S.BLOCKED, _E.UNBLOCKED): _S.AWAY,
    **{(here, _E.STEPPED_UP): _S.MUTED for here in _IN_AUDIENCE},
    **{(here, _E.STEPPED_DOWN): _S.LISTENING for here in _ON_STAGE},
    **{(here, _E.LEFT): _S.AWAY for here in (*_IN_AUDIENCE, *_ON_STAGE)},
    **{(any_, _E.BLOCKED): _S.BLOCKED for any_ in (_S.AWAY, *_IN_AUDIENCE, *_ON_STAGE)},
}
"""Any other event leaves somebody as they stand, or is refused."""


def standing(room: Room, identity: str) -> Standing:
    """How somebody stands now."""
    who = room.find(identity)
    if who is None:
        return Standing.BLOCKED if identity in room.blocked else Standing.AWAY
    if who.role.on_stage:
        if not room.may(identity, Capability.SEND_AUDIO):
            return Standing.SILENCED
        return Standing.MUTED if who.muted else Standing.OPEN
    if identity in room.offers:
        return Standing.CALLED_UP if identity in room.hands else Standing.INVITED
    return Standing.HAND_UP if identity in room.hands else Standing.LISTENING
