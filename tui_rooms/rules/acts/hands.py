"""The queue of raised hands."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.refusals import require, require_known
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Hand
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds


def raise_hand(
    room: Room, _: commands.RaiseHand, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.RAISE_HAND, "raise a hand")
    if me.identity in room.hands:
        return []
    if me.role not in room.hands_open:
        opened = ", ".join(role for role in Role if role in room.hands_open)
        allowed = f"open for {opened} only" if opened else "closed until a host opens them"
        raise RoomError(
            "hands-closed", f"'{me.name}' may not raise a hand as a {me.role}: hands are {allowed}"
        )
    return [events.HandRaised(identity=me.identity, name=me.name, at=now)]


def lower(
    room: Room, command: commands.LowerHand, me: Participant, now: Seconds
) -> list[events.Event]:
    if command.identity != me.identity:
        require(room, me, Capability.UPDATE_ROLES, f"lower the hand of '{command.identity[:60]}'")
    if command.identity not in room.hands:
        require_known(room, command.identity)
        return []
    return [events.HandLowered(identity=command.identity, by=me.identity, at=now)]


def lower_all(
    room: Room, _: commands.LowerAllHands, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROLES, "lower all hands")
    return [events.AllHandsLowered(by=me.identity, at=now)] if room.hands else []


def decline(
    room: Room, command: commands.DeclineHand, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROLES, f"decline the hand of '{command.identity[:60]}'")
    hand = room.hands.get(command.identity)
    if hand is None:
        raise RoomError(
            "no-hand",
            f"'{command.identity[:60]}' has no hand up: only a raised hand can be declined",
        )
    happened: list[events.Event] = [
        events.HandDeclined(identity=command.identity, name=hand.name, by=me.identity, at=now)
    ]
    if command.identity in room.offers:
        happened.append(events.OfferWithdrawn(identity=command.identity, by=me.identity, at=now))
    return happened


def set_hands(
    room: Room, command: commands.SetHands, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROLES, "open or close hands")
    if command.roles == room.hands_open:
        return []
    return [events.HandsSet(roles=command.roles, by=me.identity, at=now)]


def hand_raised(room: Room, event: events.HandRaised) -> None:
    room.hands[event.identity] = Hand(name=event.name, raised_at=event.at)


def hand_gone(room: Room, event: events.HandLowered | events.HandDeclined) -> None:
    room.hands.pop(event.identity, None)


def all_lowered(room: Room, _: events.AllHandsLowered) -> None:
    room.hands.clear()


def hands_set(room: Room, event: events.HandsSet) -> None:
    room.hands_open = event.roles
