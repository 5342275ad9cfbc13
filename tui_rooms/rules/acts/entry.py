"""Who may come in: everyone, no new guests, or nobody new."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.refusals import require
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import SentOut
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds

SENT_OUT_KEPT = 500
"""Whoever was kicked first is forgotten first."""


def set_entry(
    room: Room, command: commands.SetEntry, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROOM, "say who may come in")
    if command.entry is room.entry:
        return []
    happened: list[events.Event] = [events.EntrySet(entry=command.entry, by=me.identity, at=now)]
    if command.entry is not Entry.OPEN:
        inside = (*room.stage, *room.audience)
        happened.append(events.InsidersNoted(identities=inside, at=now))
    return happened


def check_entry(room: Room, actor: Actor, name: str, may: frozenset[Capability]) -> None:
    """Refuse whom the room does not take now.

    Args:
        may: what they may do here, in the highest role that they may have.

    Raises:
        RoomError: `locked` or `no-guests`.
    """
    if actor.identity in room.insiders or Capability.UPDATE_ROOM in may:
        return
    if room.entry is Entry.LOCKED:
        raise RoomError(
            "locked",
            f"'{name}' may not join room '{room.room_id}': it is locked, and takes nobody new "
            "until a host unlocks it",
        )
    is_new_guest = actor.guest and not room.roles.get(actor.identity, Role.LISTENER).on_stage
    if room.entry is Entry.NO_GUESTS and is_new_guest:
        raise RoomError(
            "no-guests",
            f"'{name}' may not join room '{room.room_id}' as a guest: it takes no new ones; "
            "ask a host for an invitation",
        )


def check_return(room: Room, actor: Actor, name: str) -> None:
    """Refuse a client that comes back by itself after its person was sent out.

    Raises:
        RoomError: `kicked`.
    """
    kicked = room.sent_out.get(actor.identity)
    if kicked is not None:
        reason = f" ({kicked.reason})" if kicked.reason else ""
        raise RoomError(
            "kicked",
            f"'{name}' was sent out of room '{room.title}' while away{reason}: join it again to "
            "come back",
        )


def entry_set(room: Room, event: events.EntrySet) -> None:
    room.entry = event.entry
    room.insiders = frozenset()


def insiders_noted(room: Room, event: events.InsidersNoted) -> None:
    room.insiders = frozenset(event.identities)


def came_back(room: Room, event: events.CameBack) -> None:
    room.sent_out.pop(event.identity, None)


def sent_out(room: Room, event: events.Kicked | events.Blocked) -> None:
    """Into a room that is open they may come back, by a decision of their own."""
    if room.viewer is not None:
        return
    room.insiders -= {event.identity}
    room.sent_out.pop(event.identity, None)
    room.sent_out[event.identity] = SentOut(
        name=event.name, by=event.by, reason=event.reason, at=event.at
    )
    if len(room.sent_out) > SENT_OUT_KEPT:
        del room.sent_out[next(iter(room.sent_out))]
