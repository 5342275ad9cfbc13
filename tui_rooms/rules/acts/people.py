"""Who is here, going, and changing roles. Coming in is in `joining`."""

from dataclasses import replace

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.hosts import is_last_host, watch_hosts
from tui_rooms.rules.acts.lately import has_come, has_left
from tui_rooms.rules.acts.refusals import here, require, require_rank
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds


def leave(room: Room, _: commands.LeaveRoom, me: Participant, now: Seconds) -> list[events.Event]:
    return departure(room, me, now)


def departure(room: Room, who: Participant, now: Seconds) -> list[events.Event]:
    """What happens when somebody goes, for whatever reason."""
    if who.role.on_stage:
        return [events.StageLeft(identity=who.identity, at=now)]
    gone = events.AudienceLeft(identity=who.identity, at=now)
    return [*dropped_claims(room, who.identity, now), gone]


def dropped_claims(room: Room, identity: str, now: Seconds) -> list[events.Event]:
    """Logged, unlike a listener's leaving: the queue of hands is part of the log."""
    if identity in room.hands or identity in room.offers or identity in room.requests:
        return [events.ClaimsDropped(identity=identity, at=now)]
    return []


def awaited(room: Room) -> set[str]:
    """Whom a room that was resumed waits for: `LeaveRoom` for those who do not come back."""
    return {*room.stage, *room.hands, *room.offers, *room.requests}


def change_role(
    room: Room, command: commands.ChangeRole, me: Participant, now: Seconds
) -> list[events.Event]:
    target = room.find(command.identity)
    remembered = room.roles.get(command.identity)
    if target is None and remembered is None:
        here(room, command.identity)
    old = target.role if target else remembered
    name = target.name if target else command.identity
    what = f"make '{name}' a {command.role}"
    stepping_down = command.identity == me.identity and command.role.rank < me.role.rank
    if not stepping_down:
        require(room, me, Capability.UPDATE_ROLES, what)
        require_rank(me, old, name, what)
        require_giving(me, command.role, what)
    if old is command.role:
        return []
    if target is None:
        return [
            events.RoleRemembered(
                identity=command.identity, role=command.role, by=me.identity, at=now
            )
        ]
    if is_last_host(room, target):
        raise RoomError(
            "last-host", f"'{target.name}' is the last host: make somebody else a host first"
        )
    if not target.role.on_stage:
        require_stage(room, command.role, target.name)
    return [
        events.RoleChanged(
            identity=target.identity, name=target.name, role=command.role, by=me.identity, at=now
        )
    ]


def require_giving(me: Participant, role: Role, what: str) -> None:
    """Refuse to give a role above one's own.

    Raises:
        RoomError: `outranked`.
    """
    if role.rank > me.role.rank:
        raise RoomError(
            "outranked",
            f"'{me.name}' may not {what}: a {me.role} gives roles up to {me.role}; ask a host",
        )


def stage_has_room(room: Room) -> bool:
    """Whether another speaker finds a place."""
    size = room.kind.settings.stage_size
    return size is None or len(room.stage) < size


def require_stage(room: Room, role: Role, name: str) -> None:
    """Refuse a speaker when the stage is full; hosts and cohosts always find room.

    Raises:
        RoomError: `stage-full`.
    """
    if role is Role.SPEAKER and not stage_has_room(room):
        raise RoomError(
            "stage-full",
            f"'{name}' cannot come on the stage: all {room.kind.settings.stage_size} places are "
            "taken; somebody has to step down first",
        )


def stage_joined(room: Room, event: events.StageJoined) -> None:
    _drop_claims(room, event.identity)
    _enter(room, event.identity, event.name, event.role, event.at)
    watch_hosts(room, event.at)


def audience_joined(room: Room, event: events.AudienceJoined) -> None:
    _enter(room, event.identity, event.name, Role.LISTENER, event.at)


def stage_left(room: Room, event: events.StageLeft) -> None:
    who = room.stage.pop(event.identity, None)
    if who is not None:
        has_left(room, who, event.at)
    _drop_claims(room, event.identity)
    watch_hosts(room, event.at)
    _note_empty(room, event.at)


def audience_left(room: Room, event: events.AudienceLeft) -> None:
    who = room.audience.get(event.identity)
    if who is not None:
        has_left(room, who, event.at)
    _leave_audience(room, event.identity)
    _note_empty(room, event.at)


def claims_dropped(room: Room, event: events.ClaimsDropped) -> None:
    _drop_claims(room, event.identity)


def role_changed(room: Room, event: events.RoleChanged) -> None:
    _remember(room, event.identity, event.role)
    _drop_claims(room, event.identity)
    on_stage = room.stage.get(event.identity)
    if on_stage is not None and event.role.on_stage:
        room.stage[event.identity] = replace(on_stage, role=event.role)
    else:
        if on_stage is None:
            _leave_audience(room, event.identity)
        else:
            del room.stage[event.identity]
        _enter(room, event.identity, event.name, event.role, event.at)
    watch_hosts(room, event.at)


def role_remembered(room: Room, event: events.RoleRemembered) -> None:
    _remember(room, event.identity, event.role)


def void_offers(room: Room, by: str, role: Role | None) -> None:
    """End the offers of somebody who may not make them any more."""
    for identity in [who for who, offer in room.offers.items() if offer.by == by]:
        if role is None or not _may_offer(room, role, room.offers[identity].role):
            del room.offers[identity]


def _may_offer(room: Room, role: Role, offered: Role) -> bool:
    may = room.kind.capabilities.get(role, frozenset())
    return Capability.UPDATE_ROLES in may and offered.rank <= role.rank


def _remember(room: Room, identity: str, role: Role) -> None:
    if room.tracks(identity):
        room.roles[identity] = role
    room.grants.pop(identity, None)
    void_offers(room, identity, role)


def _drop_claims(room: Room, identity: str) -> None:
    room.hands.pop(identity, None)
    room.offers.pop(identity, None)
    room.requests.pop(identity, None)


def _enter(room: Room, identity: str, name: str, role: Role, at: Seconds) -> None:
    has_come(room, identity)
    who = Participant(identity=identity, name=name, role=role, since=at)
    if role.on_stage:
        room.stage[identity] = who
    else:
        room.audience[identity] = who
        room.audience_count += 1
    room.empty_since = None


def _leave_audience(room: Room, identity: str) -> None:
    # A client knows the first of the audience only, but the count of all.
    room.audience.pop(identity, None)
    room.audience_count = max(0, room.audience_count - 1)


def _note_empty(room: Room, at: Seconds) -> None:
    if not room.stage and not room.audience_count and room.viewer is None:
        room.empty_since = at
