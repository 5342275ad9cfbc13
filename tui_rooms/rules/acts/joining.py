"""Coming into a room: block, password, role, door and stage, asked in this order."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.people import require_stage, stage_has_room
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.text import NAME_LIMIT, checked_line


def join(room: Room, command: commands.JoinRoom, actor: Actor, now: Seconds) -> list[events.Event]:
    if room.find(actor.identity) is not None:
        return []
    name = checked_line(actor.name, what="name", limit=NAME_LIMIT)
    happened = _past_block(room, actor.identity, name, now)
    remembered = room.roles.get(actor.identity)
    _check_password(room, actor, name)
    may_be = remembered or actor.granted or room.kind.joins_as
    role = command.role or may_be
    if role.rank > may_be.rank:
        raise RoomError(
            "not-allowed",
            f"'{name}' may join room '{room.room_id}' as {may_be}, not as {role}: "
            "ask a host for the stage",
        )
    if command.role is None and role is Role.SPEAKER and not stage_has_room(room):
        role = Role.LISTENER
    _check_door(room, actor, name, role)
    if role.on_stage:
        require_stage(room, role, name)
        happened.append(events.StageJoined(identity=actor.identity, name=name, role=role, at=now))
    else:
        happened.append(events.AudienceJoined(identity=actor.identity, name=name, at=now))
    return happened + _by_token(room, actor, name, role, now)


def _past_block(room: Room, identity: str, name: str, now: Seconds) -> list[events.Event]:
    block = room.blocked.get(identity)
    if block is None:
        return []
    if block.until is not None and now >= block.until:
        return [events.Unblocked(identity=identity, name=block.name, by=None, at=now)]
    until = (
        "until somebody unblocks them"
        if block.until is None
        else (f"until {clock_text(block.until)}")
    )
    reason = f" ({block.reason})" if block.reason else ""
    raise RoomError(
        "blocked", f"'{name}' may not join room '{room.room_id}': blocked{reason} {until}"
    )


def takes_password(room: Room, actor: Actor) -> bool:
    """Whether they come in with the room's password only: not invited, and not here already."""
    if not room.has_password or room.find(actor.identity) is not None:
        return False
    remembered = room.roles.get(actor.identity)
    return actor.granted is None and (remembered is None or not remembered.on_stage)


def _check_password(room: Room, actor: Actor, name: str) -> None:
    if takes_password(room, actor) and not actor.knows_password:
        raise RoomError(
            "password-required",
            f"'{name}' may not join room '{room.room_id}' without its password: "
            "ask a host for it, or for an invitation",
        )


def _check_door(room: Room, actor: Actor, name: str, role: Role) -> None:
    by_token = actor.capabilities - room.revocations.get(actor.identity, frozenset())
    may = room.capabilities_as(actor.identity, role) | by_token
    if Capability.JOIN_ROOM not in may:
        raise RoomError(
            "not-allowed",
            f"'{name}' may not join room '{room.room_id}' as {role}: it takes join-room, "
            "which an invitation or a host gives",
        )
    if room.life is Life.SCHEDULED and Capability.GO_LIVE not in may:
        raise RoomError(
            "not-started",
            f"room '{room.room_id}' opens at {clock_text(room.starts_at or room.created_at)}: "
            f"a {role} may not enter before; those who may go live may",
        )
    if room.life is Life.BACKSTAGE and Capability.JOIN_BACKSTAGE not in may:
        raise RoomError(
            "not-live",
            f"room '{room.room_id}' is not live yet: a {role} may enter when a host goes live",
        )


def _by_token(room: Room, actor: Actor, name: str, role: Role, now: Seconds) -> list[events.Event]:
    if not actor.capabilities:
        return []
    has = room.capabilities_as(actor.identity, role) | room.revocations.get(
        actor.identity, frozenset()
    )
    return [
        events.CapabilityGranted(
            identity=actor.identity, name=name, capability=capability, by=None, at=now
        )
        for capability in sorted(actor.capabilities - has)
        if role.on_stage or capability is not Capability.SEND_AUDIO
    ]
