"""Microphones: muted, unmuted, all muted."""

from dataclasses import replace

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.lately import LATELY
from tui_rooms.rules.acts.permissions import revoke_now, take_grant
from tui_rooms.rules.acts.refusals import called, require, require_known, require_rank
from tui_rooms.rules.records import MutedBy
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds


def mute(room: Room, command: commands.Mute, me: Participant, now: Seconds) -> list[events.Event]:
    if command.identity != me.identity:
        require(room, me, Capability.MUTE_USERS, f"mute '{called(room, command.identity)}'")
    require_known(room, command.identity)
    target = room.find(command.identity)
    before = room.muted_by.get(command.identity)
    done = target.muted if target is not None else before is not None and now - before.at <= LATELY
    return [] if done else [events.Muted(identity=command.identity, by=me.identity, at=now)]


def unmute(room: Room, _: commands.Unmute, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.SEND_AUDIO, "open a microphone")
    return [events.Unmuted(identity=me.identity, at=now)] if me.muted else []


def mute_all(
    room: Room, command: commands.MuteAll, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.MUTE_USERS, "mute all")
    others = [who for who in room.stage.values() if who.identity != me.identity]
    open_ones = tuple(who.identity for who in others if not who.muted)
    happened: list[events.Event] = []
    if open_ones:
        happened.append(events.AllMuted(muted=open_ones, by=me.identity, at=now))
    if not command.may_unmute and _could_unmute(room, others, me.role):
        happened.append(events.UnmutingForbidden(below=me.role, by=me.identity, at=now))
    return happened


def allow_unmuting(
    room: Room, _: commands.AllowUnmuting, me: Participant, now: Seconds
) -> list[events.Event]:
    what = "let everyone unmute"
    require(room, me, Capability.MUTE_USERS, what)
    if room.silent_below is None:
        return []
    require_rank(me, room.silent_below, "who muted all", what)
    return [events.UnmutingAllowed(by=me.identity, at=now)]


def muted(room: Room, event: events.Muted) -> None:
    _set(room, event.identity, closed=True)
    if event.by != event.identity:
        _note(room, (event.identity,), event.by, event.at)


def unmuted(room: Room, event: events.Unmuted) -> None:
    _set(room, event.identity, closed=False)
    room.muted_by.pop(event.identity, None)


def all_muted(room: Room, event: events.AllMuted) -> None:
    for identity in event.muted:
        _set(room, identity, closed=True)
    for identity in event.revoked:
        revoke_now(room, identity, Capability.SEND_AUDIO)
    _note(room, event.muted, event.by, event.at)


def unmuting_forbidden(room: Room, event: events.UnmutingForbidden) -> None:
    if room.silent_below is None or room.silent_below.rank < event.below.rank:
        room.silent_below = event.below
    for identity in list(room.grants):
        who = room.stage.get(identity)
        if who is None or who.role.rank < event.below.rank:
            take_grant(room, identity, Capability.SEND_AUDIO)


def unmuting_allowed(room: Room, _: events.UnmutingAllowed) -> None:
    room.silent_below = None


def _could_unmute(room: Room, others: list[Participant], role: Role) -> bool:
    """Whether somebody below that role may speak, or could when they come."""
    if room.silent_below is None or room.silent_below.rank < role.rank:
        return True
    return any(
        who.role.rank < role.rank and room.may(who.identity, Capability.SEND_AUDIO)
        for who in others
    )


def _note(room: Room, identities: tuple[str, ...], by: str, at: Seconds) -> None:
    """Who has muted whom; what was long ago is no news to anybody."""
    for identity in [who for who, one in room.muted_by.items() if at - one.at > LATELY]:
        del room.muted_by[identity]
    for identity in identities:
        room.muted_by[identity] = MutedBy(by=by, at=at)


def _set(room: Room, identity: str, *, closed: bool) -> None:
    if identity in room.stage:
        room.stage[identity] = replace(room.stage[identity], muted=closed)
