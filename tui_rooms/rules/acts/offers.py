"""The stage, offered to a listener who confirms: it takes both people."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.people import require_giving, require_stage
from tui_rooms.rules.acts.refusals import here, require, require_known
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Offer
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds


def offer(
    room: Room, command: commands.OfferStage, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROLES, "offer the stage")
    target = here(room, command.identity)
    require_giving(me, command.role, f"offer '{target.name}' to be a {command.role}")
    if not command.role.on_stage:
        raise RoomError(
            "bad-role", f"a {command.role} is not on the stage: offer speaker, cohost or host"
        )
    if target.role.on_stage:
        raise RoomError(
            "already-on-stage",
            f"'{target.name}' is on the stage already, as {target.role}: change_role does the rest",
        )
    require_stage(room, command.role, target.name)
    there = room.offers.get(target.identity)
    if there is not None and there.role is command.role and now < there.expires_at:
        return []
    return [
        events.StageOffered(
            identity=target.identity,
            name=target.name,
            role=command.role,
            by=me.identity,
            at=now,
            expires_at=now + room.kind.settings.offer_life_s,
        )
    ]


def accept(
    room: Room, _: commands.AcceptOffer, me: Participant, now: Seconds
) -> list[events.Event]:
    mine = _mine(room, me)
    if now >= mine.expires_at:
        raise RoomError(
            "offer-expired",
            f"the offer to '{me.name}' has expired: raise a hand, or ask for another",
        )
    require_stage(room, mine.role, me.name)
    return [
        events.OfferAccepted(identity=me.identity, at=now),
        events.RoleChanged(identity=me.identity, name=me.name, role=mine.role, by=mine.by, at=now),
    ]


def decline(
    room: Room, _: commands.DeclineOffer, me: Participant, now: Seconds
) -> list[events.Event]:
    _mine(room, me)
    declined = events.OfferDeclined(identity=me.identity, at=now)
    return [declined, *lowered(room, me.identity, me.identity, now)]


def withdraw(
    room: Room, command: commands.WithdrawOffer, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROLES, "withdraw an offer")
    if command.identity not in room.offers:
        require_known(room, command.identity)
        return []
    return [events.OfferWithdrawn(identity=command.identity, by=me.identity, at=now)]


def lowered(room: Room, identity: str, by: str | None, now: Seconds) -> list[events.Event]:
    """The hand that led to an offer goes with it."""
    if identity in room.hands:
        return [events.HandLowered(identity=identity, by=by, at=now)]
    return []


def stage_offered(room: Room, event: events.StageOffered) -> None:
    room.offers[event.identity] = Offer(
        name=event.name,
        role=event.role,
        by=event.by,
        at=event.at,
        expires_at=event.expires_at,
    )


def offer_gone(
    room: Room,
    event: events.OfferAccepted
    | events.OfferDeclined
    | events.OfferWithdrawn
    | events.OfferExpired,
) -> None:
    room.offers.pop(event.identity, None)


def _mine(room: Room, me: Participant) -> Offer:
    mine = room.offers.get(me.identity)
    if mine is None:
        raise RoomError(
            "no-offer",
            f"nobody has offered the stage to '{me.name}': raise a hand, "
            f"a {Role.HOST} may offer it then",
        )
    return mine
