"""Coming into a room: block, entry, password, role, door and stage, asked in this order."""

import math

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.entry import check_entry, check_return
from tui_rooms.rules.acts.lately import LATELY, came_from, formerly
from tui_rooms.rules.acts.people import require_stage, stage_has_room
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.text import NAME_LIMIT, checked_line


def join(room: Room, command: commands.JoinRoom, actor: Actor, now: Seconds) -> list[events.Event]:
    happened = came_from(room, actor, now)
    here = room.find(actor.identity)
    if here is not None:
        # Another client of theirs takes the place over: it has not opened its microphone yet.
        is_another = not command.again and not here.muted
        mine = events.Muted(identity=here.identity, by=here.identity, at=now)
        return [*happened, mine] if is_another else happened
    name = checked_line(actor.name, what="name", limit=NAME_LIMIT)
    happened += _past_block(room, actor, name, now)
    happened += _past_kick(room, command, actor, name, now)
    remembered = room.roles.get(actor.identity)
    may_be = remembered or actor.granted or room.kind.joins_as
    withheld = _withheld(room, actor, now)
    by_token = actor.capabilities - withheld
    check_entry(room, actor, name, room.capabilities_as(actor.identity, may_be) | by_token)
    _check_password(room, actor, name)
    role = command.role or may_be
    if role.rank > may_be.rank:
        raise RoomError(
            "not-allowed",
            f"'{name}' may join room '{room.room_id}' as {may_be}, not as {role}: "
            "ask a host for the stage",
        )
    if command.role is None and role is Role.SPEAKER and not stage_has_room(room):
        role = Role.LISTENER
    _check_door(room, actor, name, role, withheld)
    if role.on_stage:
        require_stage(room, role, name)
        happened.append(events.StageJoined(identity=actor.identity, name=name, role=role, at=now))
    else:
        happened.append(events.AudienceJoined(identity=actor.identity, name=name, at=now))
    happened += [
        events.CapabilityRevoked(
            identity=actor.identity, name=name, capability=capability, by="", at=now
        )
        for capability in sorted(withheld - room.revocations.get(actor.identity, frozenset()))
    ]
    return happened + _by_token(room, actor, name, role, withheld=withheld, now=now)


def _past_block(room: Room, actor: Actor, name: str, now: Seconds) -> list[events.Event]:
    block = room.blocked.get(actor.identity)
    if block is not None and (block.until is None or now < block.until):
        until = (
            "until somebody unblocks them"
            if block.until is None
            else f"until {clock_text(block.until)}"
        )
        reason = f" ({block.reason})" if block.reason else ""
        raise RoomError(
            "blocked", f"'{name}' may not join room '{room.room_id}': blocked{reason} {until}"
        )
    _check_address(room, actor, name, now)
    if block is None:
        return []
    return [events.Unblocked(identity=actor.identity, name=block.name, by=None, at=now)]


def _check_address(room: Room, actor: Actor, name: str, now: Seconds) -> None:
    """Refuse who may be somebody who was blocked, under another identity."""
    for identity, gone in formerly(room, actor, now):
        block = room.blocked.get(identity)
        if block is None or (block.until is not None and now >= block.until):
            continue
        until = min(gone.at + LATELY, block.until or math.inf)
        raise RoomError(
            "blocked",
            f"'{name}' may not join room '{room.room_id}': somebody from the same network address "
            f"was blocked; without a token of their own nobody new comes in from there until "
            f"{clock_text(until)}",
        )


def _past_kick(
    room: Room, command: commands.JoinRoom, actor: Actor, name: str, now: Seconds
) -> list[events.Event]:
    if actor.identity not in room.sent_out:
        return []
    if command.again:
        check_return(room, actor, name)
    return [events.CameBack(identity=actor.identity, at=now)]


def _withheld(room: Room, actor: Actor, now: Seconds) -> frozenset[Capability]:
    """What was taken from them, or from whom they may have been before."""
    nothing: frozenset[Capability] = frozenset()
    theirs = [room.revocations.get(who, nothing) for who, _ in formerly(room, actor, now)]
    return room.revocations.get(actor.identity, nothing).union(*theirs)


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


def _check_door(
    room: Room, actor: Actor, name: str, role: Role, withheld: frozenset[Capability]
) -> None:
    may = (room.capabilities_as(actor.identity, role) | actor.capabilities) - withheld
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


def _by_token(
    room: Room,
    actor: Actor,
    name: str,
    role: Role,
    *,
    withheld: frozenset[Capability],
    now: Seconds,
) -> list[events.Event]:
    if not actor.capabilities:
        return []
    has = room.capabilities_as(actor.identity, role) | withheld
    may_speak = role.on_stage and not room.silences(role)
    return [
        events.CapabilityGranted(
            identity=actor.identity, name=name, capability=capability, by=None, at=now
        )
        for capability in sorted(actor.capabilities - has)
        if may_speak or capability is not Capability.SEND_AUDIO
    ]
