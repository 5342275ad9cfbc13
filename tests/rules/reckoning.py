"""What of a room is reckoned a second time, by other ways than its rules."""

from dataclasses import replace

from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room


def rights(room: Room, identity: str) -> frozenset[Capability]:
    """What somebody may do, reckoned a second time from the room's plain fields."""
    who = room.stage.get(identity) or room.audience.get(identity)
    if who is None:
        return frozenset()
    of_role = set(room.kind.capabilities.get(who.role, ()))
    if room.silent_below is not None and who.role.rank < room.silent_below.rank:
        of_role.discard(Capability.SEND_AUDIO)
    total = (of_role | room.grants.get(identity, frozenset())) - set(
        room.revocations.get(identity, ())
    )
    return frozenset(total - ({Capability.SEND_AUDIO} if identity in room.audience else set()))


def without_presence(room: Room) -> Room:
    """Who is in the audience is told apart, in batches; who was, and from where, not at all."""
    return replace(
        room, audience={}, audience_count=0, empty_since=None, departures={}, networks={}
    )
