"""Whoever has left lately: they can still be dealt with, and are not taken for somebody new.

Whom nobody vouches for is another identity each time they come. So who comes from a network
address is taken for those who have left from there, unless they were here together. All this is
the server's own knowledge of the moment: beside the log, like the audience, and in no view.
"""

from collections.abc import Iterator

from tui_rooms.rules import events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.records import Departure
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Participant, Room, Seconds

LATELY: Seconds = 600.0
"""How long ago."""
DEPARTURES_KEPT = 2000
"""Whoever has left first is forgotten first."""


def came_from(room: Room, actor: Actor, now: Seconds) -> list[events.Event]:
    """Where somebody comes from who is coming in, or coming back, if that is news."""
    if actor.network is None or room.networks.get(actor.identity) == actor.network:
        return []
    return [events.CameFrom(identity=actor.identity, network=actor.network, at=now)]


def formerly(room: Room, actor: Actor, now: Seconds) -> Iterator[tuple[str, Departure]]:
    """As whom somebody who is not here may have been here before, beside as themselves."""
    if actor.network is None or room.roles.get(actor.identity, Role.LISTENER).on_stage:
        return  # somebody vouches for them, or a host of this very room has
    own = room.departures.get(actor.identity)
    for identity, gone in room.departures.items():
        together = own is not None and own.at >= gone.at
        from_there = gone.network == actor.network and identity != actor.identity
        if from_there and not together and now - gone.at <= LATELY:
            yield identity, gone


def left_before(room: Room, me: Participant, now: Seconds) -> Iterator[str]:
    """The same for somebody who is here: who had left when they came."""
    network = room.networks.get(me.identity)
    if network is None:
        return
    for identity, gone in room.departures.items():
        if gone.network == network and gone.at <= me.since and now - gone.at <= LATELY:
            yield identity


def sharing(room: Room, identity: str) -> int | None:
    """How many others who are here come from the same address; None when it is not known."""
    departure = room.departures.get(identity)
    network = room.networks.get(identity) or (departure.network if departure else None)
    if network is None:
        return None
    return sum(
        1
        for other, theirs in room.networks.items()
        if theirs == network and other != identity and room.find(other) is not None
    )


def network_noted(room: Room, event: events.CameFrom) -> None:
    room.networks[event.identity] = event.network


def has_come(room: Room, identity: str) -> None:
    """Somebody is here: not one of those who have left."""
    room.departures.pop(identity, None)


def has_left(room: Room, who: Participant, at: Seconds) -> None:
    """Somebody is not here any more."""
    network = room.networks.pop(who.identity, None)
    if room.viewer is not None:
        return
    gone = Departure(name=who.name, role=who.role, network=network, at=at)
    room.departures.pop(who.identity, None)
    room.departures[who.identity] = gone
    while len(room.departures) > DEPARTURES_KEPT or _is_old(room, at):
        del room.departures[next(iter(room.departures))]


def is_dealt_with(room: Room, identity: str, at: Seconds) -> None:
    """What was done to somebody who has left counts from now on."""
    gone = room.departures.pop(identity, None)
    if gone is not None:
        room.departures[identity] = Departure(
            name=gone.name, role=gone.role, network=gone.network, at=at
        )


def _is_old(room: Room, now: Seconds) -> bool:
    first = next(iter(room.departures.values()), None)
    return first is not None and now - first.at > LATELY
