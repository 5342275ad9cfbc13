"""One event, applied. The server and every client run the same function."""

from collections.abc import Iterable
from dataclasses import replace

from tui_rooms.rules import events
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Participant, Room, Seconds


def evolve(room: Room, event: events.Event) -> None:
    """Apply an event that has happened. `RoomCreated` makes rooms instead: see `replay`."""
    match event:
        case events.RoomCreated():
            pass  # `created` has made the room from it
        case events.WentLive():
            room.life = Life.LIVE
            room.live_since = event.at
        case events.RoomEnded():
            room.life = Life.ENDED
            room.stage.clear()
            room.audience.clear()
            room.audience_count = 0
            room.empty_since = event.at
        case events.StageJoined():
            _enter(room, event.identity, event.name, event.role, event.at)
        case events.AudienceJoined():
            _enter(room, event.identity, event.name, Role.LISTENER, event.at)
        case events.StageLeft() | events.AudienceLeft():
            _exit(room, event.identity)
            if not room.stage and not room.audience_count:
                room.empty_since = event.at
        case events.RoleChanged():
            room.roles[event.identity] = event.role
            _change_role(room, event)
        case events.Muted():
            _set_muted(room, event.identity, muted=True)
        case events.Unmuted():
            _set_muted(room, event.identity, muted=False)


def created(event: events.RoomCreated) -> Room:
    """The room as it is right after its first event."""
    return Room(
        room_id=event.room_id,
        title=event.title,
        room_type=event.room_type,
        created_at=event.at,
        host_name=event.name,
        roles={event.identity: Role.HOST},
        empty_since=event.at,
    )


def replay(log: Iterable[events.Event]) -> Room:
    """The room that a log tells of.

    Raises:
        ValueError: the log does not begin with `RoomCreated`.
    """
    entries = iter(log)
    first = next(entries, None)
    if not isinstance(first, events.RoomCreated):
        raise ValueError(f"a room's log begins with RoomCreated, this one with {first!r}")
    room = created(first)
    for event in entries:
        evolve(room, event)
    return room


def _enter(room: Room, identity: str, name: str, role: Role, at: Seconds) -> None:
    who = Participant(identity=identity, name=name, role=role, since=at)
    if role.on_stage:
        room.stage[identity] = who
    else:
        room.audience[identity] = who
        room.audience_count += 1
    room.empty_since = None


def _exit(room: Room, identity: str) -> None:
    if room.stage.pop(identity, None) is None:
        # A client knows the first of the audience only, but the count of all.
        room.audience.pop(identity, None)
        room.audience_count = max(0, room.audience_count - 1)


def _change_role(room: Room, event: events.RoleChanged) -> None:
    here = room.stage.get(event.identity)
    if here is not None and event.role.on_stage:
        room.stage[event.identity] = replace(here, role=event.role)
    else:
        _exit(room, event.identity)
        _enter(room, event.identity, event.name, event.role, event.at)


def _set_muted(room: Room, identity: str, *, muted: bool) -> None:
    if identity in room.stage:
        room.stage[identity] = replace(room.stage[identity], muted=muted)
