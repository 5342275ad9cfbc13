"""Sending out, keeping out, and reporting."""

from collections import Counter
from dataclasses import replace

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.entry import sent_out
from tui_rooms.rules.acts.lately import is_dealt_with
from tui_rooms.rules.acts.people import departure
from tui_rooms.rules.acts.refusals import (
    called,
    known_name,
    require,
    require_known,
    require_other,
    require_rank,
    role_known,
)
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Block, Report
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.text import (
    ID_LIMIT,
    REASON_LIMIT,
    REPORT_LIMIT,
    checked_line,
    optional_line,
    optional_text,
)

LONGEST_BLOCK: Seconds = 10 * 366 * 86_400.0
REPORTS_KEPT = 500
"""In the state; the log has all."""


def kick(room: Room, command: commands.Kick, me: Participant, now: Seconds) -> list[events.Event]:
    identity = command.identity
    require(room, me, Capability.KICK_USERS, f"kick '{called(room, identity)}'")
    name = require_known(room, identity)
    what = f"kick '{name}'"
    require_rank(me, role_known(room, identity), name, what)
    require_other(me, identity, "kick oneself", "leave the room instead")
    kicked = events.Kicked(
        identity=identity,
        name=name,
        by=me.identity,
        reason=_reason(command.reason),
        at=now,
    )
    target = room.find(identity)
    return [kicked] if target is None else [kicked, *departure(room, target, now)]


def block(room: Room, command: commands.Block, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.BLOCK_USERS, f"block '{called(room, command.identity)}'")
    require_known(room, command.identity)
    return _blocked(room, command, me, now)


def block_stranger(
    room: Room, command: commands.BlockStranger, me: Participant, now: Seconds
) -> list[events.Event]:
    return _blocked(room, command, me, now)


def _blocked(
    room: Room, command: commands.Block | commands.BlockStranger, me: Participant, now: Seconds
) -> list[events.Event]:
    identity = checked_line(command.identity, what="identity", limit=ID_LIMIT)
    require(room, me, Capability.BLOCK_USERS, f"block '{called(room, identity)}'")
    name = known_name(room, identity) or identity
    role = role_known(room, identity)
    require_rank(me, role, name, f"block '{name}'")
    require_other(me, identity, "block oneself", "leave the room instead")
    seconds = command.seconds
    if seconds is not None and not 0 < seconds <= LONGEST_BLOCK:
        raise RoomError(
            "bad-time",
            f"'{name}' cannot be blocked for {seconds} s: give 1 to {LONGEST_BLOCK:.0f} s, "
            "or none for as long as it takes",
        )
    happened: list[events.Event] = [
        events.Blocked(
            identity=identity,
            name=name,
            by=me.identity,
            reason=_reason(command.reason),
            at=now,
            until=None if seconds is None else now + seconds,
        )
    ]
    target = room.find(identity)
    if target is not None:
        happened += departure(room, target, now)
    if role is not None and role.on_stage:
        # Whoever comes back after a block begins as a listener, whatever they were.
        happened.append(
            events.RoleRemembered(identity=identity, role=Role.LISTENER, by=me.identity, at=now)
        )
    return happened


def unblock(
    room: Room, command: commands.Unblock, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.BLOCK_USERS, f"unblock '{command.identity[:60]}'")
    there = room.blocked.get(command.identity)
    if there is None:
        require_known(room, command.identity)
        return []
    return [events.Unblocked(identity=command.identity, name=there.name, by=me.identity, at=now)]


def report(
    room: Room, command: commands.Report, me: Participant, now: Seconds
) -> list[events.Event]:
    if command.report_id in room.reports:
        return []  # sent twice
    require_other(me, command.identity, "report oneself", "report somebody else")
    name = known_name(room, command.identity)
    if name is None:
        raise RoomError(
            "not-here",
            f"'{me.name}' cannot report '{command.identity[:60]}', who has left no trace in room "
            f"'{room.room_id}': report somebody who is here, or has written here",
        )
    return [
        events.Reported(
            report_id=checked_line(command.report_id, what="report id", limit=ID_LIMIT),
            identity=command.identity,
            name=name,
            by=me.identity,
            by_name=me.name,
            reason=checked_line(command.reason, what="reason", limit=REASON_LIMIT),
            text=optional_text(command.text, what="text", limit=REPORT_LIMIT),
            at=now,
        )
    ]


def settle(
    room: Room, command: commands.SettleReport, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.READ_REPORTS, "settle reports")
    known = room.reports.get(command.report_id)
    if known is None:
        raise RoomError(
            "unknown-report",
            f"there is no report '{command.report_id[:60]}' in room '{room.room_id}': "
            f"no more than {REPORTS_KEPT} are known",
        )
    if known.settled_by is not None:
        return []
    return [
        events.ReportSettled(
            report_id=known.report_id,
            identity=known.identity,
            name=known.name,
            by=me.identity,
            by_name=me.name,
            at=now,
        )
    ]


def kicked(room: Room, event: events.Kicked) -> None:
    sent_out(room, event)


def blocked(room: Room, event: events.Blocked) -> None:
    room.blocked[event.identity] = Block(
        name=event.name, by=event.by, reason=event.reason, at=event.at, until=event.until
    )
    sent_out(room, event)
    is_dealt_with(room, event.identity, event.at)


def unblocked(room: Room, event: events.Unblocked) -> None:
    room.blocked.pop(event.identity, None)


def reported(room: Room, event: events.Reported) -> None:
    room.reports[event.report_id] = Report(
        report_id=event.report_id,
        identity=event.identity,
        name=event.name,
        by=event.by,
        by_name=event.by_name,
        reason=event.reason,
        text=event.text,
        at=event.at,
    )
    if len(room.reports) > REPORTS_KEPT:
        del room.reports[_dispensable(room.reports)]


def settled(room: Room, event: events.ReportSettled) -> None:
    known = room.reports.get(event.report_id)
    if known is not None:
        room.reports[event.report_id] = replace(known, settled_by=event.by_name)


def _dispensable(reports: dict[str, Report]) -> str:
    """The oldest that is settled; else of whoever has most, who so drives out no one else's."""
    for report_id, known in reports.items():
        if known.settled_by is not None:
            return report_id
    [(busiest, _)] = Counter(known.by for known in reports.values()).most_common(1)
    return next(report_id for report_id, known in reports.items() if known.by == busiest)


def _reason(value: str) -> str:
    return optional_line(value, what="reason", limit=REASON_LIMIT)
