"""A scheduled room for people's calendars: a file, and a link that they can follow."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Response

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.api.errors import REFUSALS_BESIDE_A_FILE
from tui_rooms.server.api.fields import RoomPath
from tui_rooms.server.api.on_disk import kept
from tui_rooms.server.api.shared import Asker, LinkBase, Shared, SharedParts
from tui_rooms.server.door.credentials.calendar_links import CalendarLink
from tui_rooms.server.door.credentials.tokens import Grant
from tui_rooms.server.rooms import pages
from tui_rooms.server.rooms.calendar import calendar
from tui_rooms.wire.fields import Message, spelt

MEDIA_TYPE = "text/calendar"

router = APIRouter(tags=["calendars"])

CalendarLinkId = Annotated[
    str, *spelt("[0-9a-f]{1,32}", "a calendar link's id, as they are listed")
]
CalendarSecret = Annotated[str, Path(description="what stands in the link", max_length=200)]


class Calendar(Response):
    """An iCalendar file."""

    media_type = MEDIA_TYPE


class CalendarLinkSummary(Message):
    """A calendar link without its secret."""

    calendar_link: str
    made_by: str
    """The identity of whose it is."""
    made_at: Seconds


class MadeCalendarLink(Message):
    """One's own calendar link: the same whenever it is asked for, until it is revoked."""

    calendar_link: CalendarLinkSummary
    link: str
    """A secret: whoever has it reads when this room starts, without a token."""


class CalendarLinkList(Message):
    """The calendar links of a room, the oldest first."""

    calendar_links: tuple[CalendarLinkSummary, ...]


@router.get(
    "/api/rooms/{room_id}/calendar.ics",
    response_class=Calendar,
    responses=REFUSALS_BESIDE_A_FILE,
)
async def calendar_file(
    room_id: RoomPath, shared: SharedParts, asker: Asker, base: LinkBase
) -> Calendar:
    """When the room starts, to be put into a calendar (RFC 5545)."""
    return _file(await shared.door.sight.to_read(asker, room_id), base)


@router.post("/api/rooms/{room_id}/calendar-links", status_code=201)
async def make_calendar_link(
    room_id: RoomPath, shared: SharedParts, asker: Asker, base: LinkBase
) -> MadeCalendarLink:
    """One's own secret link to its calendar file: calendars follow it without a token."""
    room = (await shared.door.sight.to_enter(asker, room_id)).room
    _start(room)
    if asker.identity in room.blocked:
        raise RoomError(
            "blocked", f"'{asker.name}' is blocked in room '{room_id}', and has no link into it"
        )
    made = await kept(
        lambda: shared.calendar_links.make(
            room=room_id,
            room_made_at=room.created_at,
            made_by=asker.identity,
            guest=asker.guest,
            now=shared.door.clock(),
        )
    )
    link = f"{base}/api/calendars/{shared.calendar_links.secret(made)}.ics"
    return MadeCalendarLink(calendar_link=_summary(made), link=link)


@router.get("/api/rooms/{room_id}/calendar-links")
async def calendar_links(room_id: RoomPath, shared: SharedParts, asker: Asker) -> CalendarLinkList:
    """One's own calendar link; with update-roles everybody's. Their secrets are not told."""
    room = await shared.door.sight.to_read(asker, room_id)
    found = await _seen(shared, room, asker)
    return CalendarLinkList(calendar_links=tuple(map(_summary, found)))


@router.delete("/api/rooms/{room_id}/calendar-links/{calendar_link}", status_code=204)
async def revoke_calendar_link(
    room_id: RoomPath, calendar_link: CalendarLinkId, shared: SharedParts, asker: Asker
) -> None:
    """Make one's own calendar link useless; with update-roles anybody's."""
    room = await shared.door.sight.to_read(asker, room_id)
    seen = {link.link_id: link for link in await _seen(shared, room, asker)}
    if calendar_link not in seen:
        raise RoomError(
            "unknown-calendar-link",
            f"room '{room_id}' has no calendar link '{calendar_link}' of yours: it may be revoked "
            "already",
        )
    await kept(partial(shared.calendar_links.revoke, seen[calendar_link]))


@router.get(
    "/api/calendars/{secret}.ics", response_class=Calendar, responses=REFUSALS_BESIDE_A_FILE
)
async def followed_calendar(
    secret: CalendarSecret, shared: SharedParts, base: LinkBase
) -> Calendar:
    """The calendar file of one room, by a calendar link: asks for no token."""
    link = await asyncio.to_thread(shared.calendar_links.look_up, secret)
    room = None if link is None else await _room_of(shared, link)
    if room is None:
        raise RoomError(
            "unknown-calendar-link",
            "this calendar link is not known here, or was revoked: get another one of the room",
        )
    return _file(room, base)


def _file(room: Room, base: str) -> Calendar:
    text = calendar(room, starts_at=_start(room), link=f"{base}/r/{room.room_id}")
    shown_as = {"Content-Disposition": f'inline; filename="{room.room_id}.ics"'}
    return Calendar(text, headers=shown_as)


def _start(room: Room) -> Seconds:
    if room.starts_at is None:
        raise RoomError(
            "not-scheduled",
            f"room '{room.room_id}' has no start: only a scheduled room is for calendars",
        )
    return room.starts_at


async def _room_of(shared: Shared, link: CalendarLink) -> Room | None:
    """The room that a link leads into; None when it leads nowhere any more."""
    if link.guest and not shared.door.guests:
        return None
    try:
        room = await shared.door.registry.to_read(link.room)
    except RoomError:
        return None  # forgotten
    is_another = room.created_at != link.room_made_at
    return None if is_another or link.made_by in room.blocked else room


async def _seen(shared: Shared, room: Room, asker: Grant) -> list[CalendarLink]:
    """The links that somebody may see and revoke."""
    found = await asyncio.to_thread(shared.calendar_links.of_room, room.room_id, room.created_at)
    if _runs(shared, room, asker):
        return found
    return [link for link in found if link.made_by == asker.identity]


def _runs(shared: Shared, room: Room, asker: Grant) -> bool:
    try:
        who = pages.reader(room, shared.actor(asker, room))
    except RoomError:
        return False
    return Capability.UPDATE_ROLES in who.capabilities(room)


def _summary(link: CalendarLink) -> CalendarLinkSummary:
    return CalendarLinkSummary(
        calendar_link=link.link_id, made_by=link.made_by, made_at=link.made_at
    )
