"""Reading a room over HTTP: who is here, chat, audit log, reports; ended rooms too."""

from typing import Annotated

from fastapi import APIRouter, Query

from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.records import ChatMessage, Participant, Report
from tui_rooms.rules.room import Room
from tui_rooms.server.api.fields import RoomPath
from tui_rooms.server.api.shared import Address, Asker, Shared, SharedParts
from tui_rooms.server.door.credentials.tokens import Grant
from tui_rooms.server.rooms import pages
from tui_rooms.wire import messages
from tui_rooms.wire.fields import PAGE_LIMIT, Limit, Message, Offset, Seq, Text

router = APIRouter(prefix="/api/rooms/{room_id}", tags=["reading"])


class ParticipantsQuery(Message):
    """Which of those who are here."""

    text: Text = ""
    """In the name, whatever the case."""
    offset: Offset = 0
    limit: Limit = PAGE_LIMIT


class Participants(Message):
    """A page of those who are here, the stage first."""

    participants: tuple[Participant, ...]
    total: int


class AbsentQuery(ParticipantsQuery):
    """Which of those who are not here."""


class Absent(Message):
    """A page of those who have left lately or are blocked, the last to leave first."""

    absent: tuple[messages.Absentee, ...]
    total: int


class ChatQuery(Message):
    """Which messages."""

    before: Text | None = None
    """The id of a message: those before it; left out, the newest."""
    limit: Limit = PAGE_LIMIT


class Chat(Message):
    """Messages in their order, the newest last."""

    messages: tuple[ChatMessage, ...]
    more: bool
    """Whether there are older ones."""


class AuditQuery(Message):
    """Which acts."""

    before: Seq | None = None
    """The `before` of the page before; left out, the newest."""
    limit: Limit = PAGE_LIMIT


class Audit(Message):
    """Acts of those in charge, the newest first."""

    entries: tuple[AuditEntry, ...]
    before: int | None
    """To read on; null: that was all."""


class ReportsQuery(Message):
    """Which reports."""

    offset: Offset = 0
    limit: Limit = PAGE_LIMIT


class Reports(Message):
    """Reports, the newest first."""

    reports: tuple[Report, ...]
    total: int


@router.get("/participants")
async def participants(
    room_id: RoomPath,
    wanted: Annotated[ParticipantsQuery, Query()],
    shared: SharedParts,
    asker: Asker,
    address: Address,
) -> Participants:
    """Who is here."""
    async with shared.reading(address):
        room, _ = await _read(shared, room_id, asker)
        request = messages.ListParticipants(id=0, **dict(wanted))
        page = pages.participants_page(room, request)
        return Participants(participants=page.participants, total=page.total)


@router.get("/absent")
async def absent(
    room_id: RoomPath,
    wanted: Annotated[AbsentQuery, Query()],
    shared: SharedParts,
    asker: Asker,
    address: Address,
) -> Absent:
    """Who has left lately, and who is blocked; for those who may mute, kick or block."""
    async with shared.reading(address):
        room, who = await _read(shared, room_id, asker)
        request = messages.ListAbsent(id=0, **dict(wanted))
        page = pages.absent_page(room, who, request, shared.door.clock())
        return Absent(absent=page.absent, total=page.total)


@router.get("/chat")
async def chat(
    room_id: RoomPath,
    wanted: Annotated[ChatQuery, Query()],
    shared: SharedParts,
    asker: Asker,
    address: Address,
) -> Chat:
    """What was written, as far as the asker may read it."""
    async with shared.reading(address):
        room, who = await _read(shared, room_id, asker)
        request = messages.ReadChat(id=0, **dict(wanted))
        page = await pages.chat_page(room, shared.door.registry.kept, who, request)
        return Chat(messages=page.messages, more=page.more)


@router.get("/audit")
async def audit(
    room_id: RoomPath,
    wanted: Annotated[AuditQuery, Query()],
    shared: SharedParts,
    asker: Asker,
    address: Address,
) -> Audit:
    """Who did what to whom, as far as the asker may see it."""
    async with shared.reading(address):
        room, who = await _read(shared, room_id, asker)
        request = messages.ReadAudit(id=0, **dict(wanted))
        page = await pages.audit_page(room, shared.door.registry.kept, who, request)
        return Audit(entries=page.entries, before=page.before)


@router.get("/reports")
async def reports(
    room_id: RoomPath,
    wanted: Annotated[ReportsQuery, Query()],
    shared: SharedParts,
    asker: Asker,
    address: Address,
) -> Reports:
    """What was reported; for those with read-reports."""
    async with shared.reading(address):
        room, who = await _read(shared, room_id, asker)
        page = pages.reports_page(room, who, messages.ReadReports(id=0, **dict(wanted)))
        return Reports(reports=page.reports, total=page.total)


async def _read(shared: Shared, room_id: str, asker: Grant) -> tuple[Room, pages.Reader]:
    room = await shared.door.sight.to_read(asker, room_id)
    return room, pages.reader(room, shared.actor(asker, room))
