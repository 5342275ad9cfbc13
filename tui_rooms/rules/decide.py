"""What a command changes, or why it is refused. Changes nothing itself."""

from dataclasses import dataclass

from tui_rooms.rules import commands, events
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import ROOM_TYPES, Capability, Role
from tui_rooms.rules.room import Life, Participant, Room, Seconds
from tui_rooms.rules.text import checked_line

TITLE_LIMIT = 80
NAME_LIMIT = 40
EMPTY_GRACE: Seconds = 60.0
"""A room in which nobody is ends by itself after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks, as the door has found out."""

    identity: str
    name: str
    granted: Role | None = None
    """The role that a token gives in this room; None for guests."""


SYSTEM = Actor(identity="", name="system")
"""The shell itself; alone may send `Expire`."""


def decide(
    room: Room | None, command: commands.Command, actor: Actor, now: Seconds
) -> list[events.Event]:
    """The events that a command brings about; none when everything is as it asks already.

    Raises:
        RoomError: refused. Its `code` is stable, its text is for the asker.
    """
    if isinstance(command, commands.CreateRoom):
        return _create(room, command, actor, now)
    if room is None:
        raise RoomError("unknown-room", "there is no such room")
    if isinstance(command, commands.Expire):
        return _expire(room, actor, now)
    if room.life is Life.ENDED:
        raise RoomError("room-ended", f"room '{room.room_id}' has ended")
    if isinstance(command, commands.JoinRoom):
        return _join(room, command, actor, now)
    me = room.find(actor.identity)
    if me is None:
        if isinstance(command, commands.LeaveRoom):
            return []
        raise RoomError(
            "not-here", f"'{actor.name}' is not in room '{room.room_id}': join it first"
        )
    match command:
        case commands.LeaveRoom():
            return [_left(me, now)]
        case commands.GoLive():
            _require(room, me, Capability.GO_LIVE, "go live")
            already = room.life is Life.LIVE
            return [] if already else [events.WentLive(by=me.identity, at=now)]
        case commands.EndRoom():
            _require(room, me, Capability.END_ROOM, "end the room")
            return [events.RoomEnded(by=me.identity, at=now)]
        case commands.Mute():
            return _mute(room, command, me, now)
        case commands.Unmute():
            _require(room, me, Capability.SEND_AUDIO, "open a microphone")
            return [events.Unmuted(identity=me.identity, at=now)] if me.muted else []
        case commands.ChangeRole():
            return _change_role(room, command, me, now)


def next_deadline(room: Room) -> Seconds | None:
    """When the shell must send `Expire`; None when nothing is waiting."""
    if room.life is Life.ENDED or room.empty_since is None:
        return None
    return room.empty_since + EMPTY_GRACE


def _create(
    room: Room | None, command: commands.CreateRoom, actor: Actor, now: Seconds
) -> list[events.Event]:
    if room is not None:
        raise RoomError(
            "room-exists", f"room '{command.room_id}' exists already: choose another id"
        )
    if command.room_type not in ROOM_TYPES:
        raise RoomError(
            "bad-room-type",
            f"no room type '{command.room_type}'; there are: {', '.join(sorted(ROOM_TYPES))}",
        )
    created = events.RoomCreated(
        room_id=command.room_id,
        title=checked_line(command.title, what="title", limit=TITLE_LIMIT),
        room_type=command.room_type,
        identity=actor.identity,
        name=checked_line(actor.name, what="name", limit=NAME_LIMIT),
        at=now,
    )
    if command.live:
        return [created, events.WentLive(by=actor.identity, at=now)]
    return [created]


def _join(room: Room, command: commands.JoinRoom, actor: Actor, now: Seconds) -> list[events.Event]:
    if room.find(actor.identity) is not None:
        return []
    name = checked_line(actor.name, what="name", limit=NAME_LIMIT)
    kind = ROOM_TYPES[room.room_type]
    may_be = room.roles.get(actor.identity) or actor.granted or kind.joins_as
    role = command.role or may_be
    if _RANK[role] > _RANK[may_be]:
        raise RoomError(
            "not-allowed",
            f"'{name}' may join room '{room.room_id}' as {may_be}, not as {role}: "
            "ask a host for the stage",
        )
    backstage = room.life is Life.BACKSTAGE
    if backstage and Capability.JOIN_BACKSTAGE not in kind.capabilities[role]:
        raise RoomError(
            "not-live",
            f"room '{room.room_id}' is not live yet: a {role} may enter when a host goes live",
        )
    if role.on_stage:
        return [events.StageJoined(identity=actor.identity, name=name, role=role, at=now)]
    return [events.AudienceJoined(identity=actor.identity, name=name, at=now)]


def _mute(room: Room, command: commands.Mute, me: Participant, now: Seconds) -> list[events.Event]:
    target = _here(room, command.identity)
    if target.identity != me.identity:
        _require(room, me, Capability.MUTE_USERS, f"mute '{target.name}'")
    return [] if target.muted else [events.Muted(identity=target.identity, by=me.identity, at=now)]


def _change_role(
    room: Room, command: commands.ChangeRole, me: Participant, now: Seconds
) -> list[events.Event]:
    target = _here(room, command.identity)
    stepping_down = target.identity == me.identity and _RANK[command.role] < _RANK[me.role]
    if not stepping_down:
        _require(room, me, Capability.UPDATE_ROLES, f"make '{target.name}' a {command.role}")
    if target.role is command.role:
        return []
    if target.role is Role.HOST and _hosts(room) == 1:
        raise RoomError(
            "last-host", f"'{target.name}' is the last host: make somebody else a host first"
        )
    return [
        events.RoleChanged(
            identity=target.identity, name=target.name, role=command.role, by=me.identity, at=now
        )
    ]


def _expire(room: Room, actor: Actor, now: Seconds) -> list[events.Event]:
    if actor is not SYSTEM:
        raise RoomError("not-allowed", "'expire' is the system's own command")
    deadline = next_deadline(room)
    return [] if deadline is None or now < deadline else [events.RoomEnded(by=None, at=now)]


def _left(who: Participant, now: Seconds) -> events.Event:
    kind = events.StageLeft if who.role.on_stage else events.AudienceLeft
    return kind(identity=who.identity, at=now)


def _here(room: Room, identity: str) -> Participant:
    who = room.find(identity)
    if who is None:
        raise RoomError("not-here", f"nobody called '{identity[:60]}' is in room '{room.room_id}'")
    return who


def _require(room: Room, me: Participant, capability: Capability, what: str) -> None:
    if not room.may(me.identity, capability):
        raise RoomError(
            "not-allowed",
            f"'{me.name}' may not {what}: it takes {capability}, and a {me.role} has it not",
        )


def _hosts(room: Room) -> int:
    return sum(who.role is Role.HOST for who in room.stage.values())


_RANK = {Role.LISTENER: 0, Role.SPEAKER: 1, Role.HOST: 2}
