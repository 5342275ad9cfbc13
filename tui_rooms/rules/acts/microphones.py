"""Microphones: muted, unmuted, all muted."""

from dataclasses import replace

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.permissions import revoke_now
from tui_rooms.rules.acts.refusals import here, require
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room, Seconds


def mute(room: Room, command: commands.Mute, me: Participant, now: Seconds) -> list[events.Event]:
    target = here(room, command.identity)
    if target.identity != me.identity:
        require(room, me, Capability.MUTE_USERS, f"mute '{target.name}'")
    return [] if target.muted else [events.Muted(identity=target.identity, by=me.identity, at=now)]


def unmute(room: Room, _: commands.Unmute, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.SEND_AUDIO, "open a microphone")
    return [events.Unmuted(identity=me.identity, at=now)] if me.muted else []


def mute_all(
    room: Room, command: commands.MuteAll, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.MUTE_USERS, "mute all")
    others = [who for who in room.stage.values() if who.identity != me.identity]
    revoked = [
        who
        for who in others
        if not command.may_unmute
        and who.role.rank < me.role.rank
        and room.may(who.identity, Capability.SEND_AUDIO)
    ]
    open_ones = [who for who in others if not who.muted]
    if not revoked and not open_ones:
        return []
    return [
        events.AllMuted(
            muted=tuple(who.identity for who in open_ones),
            revoked=tuple(who.identity for who in revoked),
            by=me.identity,
            at=now,
        )
    ]


def muted(room: Room, event: events.Muted) -> None:
    _set(room, event.identity, closed=True)


def unmuted(room: Room, event: events.Unmuted) -> None:
    _set(room, event.identity, closed=False)


def all_muted(room: Room, event: events.AllMuted) -> None:
    for identity in event.muted:
        _set(room, identity, closed=True)
    for identity in event.revoked:
        revoke_now(room, identity, Capability.SEND_AUDIO)


def _set(room: Room, identity: str, *, closed: bool) -> None:
    if identity in room.stage:
        room.stage[identity] = replace(room.stage[identity], muted=closed)
