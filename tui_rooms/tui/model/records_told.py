"""What a room keeps of its past, in sentences: acts of those in charge, reports, blocks."""

from datetime import datetime
from typing import TYPE_CHECKING

from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.moments import at_clock, beyond
from tui_rooms.rules.records import Block, Report, Seconds
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room
from tui_rooms.tui.model.here import HERE

if TYPE_CHECKING:
    from tui_rooms.wire.messages import Absentee


def moment(at: Seconds, now: datetime | None = None) -> str:
    """As a clock on this machine shows it: the day when that is not today, the year too.

    Args:
        now: with the reader's zone; None: as this machine has it.
    """
    now = now or datetime.now(HERE)
    there = at_clock(at, now.tzinfo or HERE)
    if there is None:
        return beyond(at)
    if there.date() == now.date():
        return f"{there:%H:%M}"
    return there.strftime("%d %b %H:%M" if there.year == now.year else "%d %b %Y %H:%M")


def act_words(entry: AuditEntry, room: Room) -> str:
    """Who did what to whom."""
    who = room.find(entry.by) if entry.by else None
    by = who.name if who else entry.by or "the room"
    whom = f" {entry.name or entry.identity}" if entry.name or entry.identity else ""
    detail = f" ({entry.detail})" if entry.detail else ""
    return f"{by}: {entry.action.replace('_', ' ')}{whom}{detail}"


def reported(one: Report) -> str:
    """Who about whom, why, and whether somebody has seen to it."""
    settled = "" if one.settled_by is None else f" — settled by {one.settled_by}"
    words = " ".join(filter(None, (one.reason, one.text)))
    return f"{one.by_name} about {one.name}: {words}{settled}"


def new_reports(before: Room, after: Room, me: str) -> list[Report]:
    """What others have reported since; nothing to somebody who could not read reports before."""
    if Capability.READ_REPORTS not in before.capabilities(me):
        return []
    return [
        one
        for report_id, one in after.reports.items()
        if report_id not in before.reports and one.by != me
    ]


def block_words(block: Block) -> str:
    """Who, why, and until when."""
    until = "" if block.until is None else f", until {moment(block.until)}"
    return f"{block.name}: {block.reason or 'no reason given'}{until}"


def absent_words(one: "Absentee") -> str:
    """Who is not here, since when, and what was done to them."""
    left = "" if one.left_at is None else f"left {moment(one.left_at)}"
    done = "kicked" if one.sent_out else ""
    if one.blocked is not None:
        done = f"blocked: {one.blocked.reason or 'no reason given'}"
    parts = [left, done]
    return f"{one.name}: {', '.join(part for part in parts if part)}"
