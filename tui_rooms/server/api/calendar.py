"""A scheduled room for people's calendars."""

from fastapi import APIRouter, Response

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.api.errors import REFUSALS_BESIDE_A_FILE
from tui_rooms.server.api.fields import RoomPath
from tui_rooms.server.api.shared import Asker, LinkBase, SharedParts
from tui_rooms.server.rooms.calendar import calendar

MEDIA_TYPE = "text/calendar"

router = APIRouter(tags=["reading"])


class Calendar(Response):
    """An iCalendar file."""

    media_type = MEDIA_TYPE


@router.get(
    "/api/rooms/{room_id}/calendar.ics",
    response_class=Calendar,
    responses=REFUSALS_BESIDE_A_FILE,
)
async def calendar_file(
    room_id: RoomPath, shared: SharedParts, _: Asker, base: LinkBase
) -> Calendar:
    """When the room starts, to be put into a calendar (RFC 5545)."""
    room = await shared.door.registry.to_read(room_id)
    if room.starts_at is None:
        raise RoomError(
            "not-scheduled",
            f"room '{room_id}' has no start: only a scheduled room is for calendars",
        )
    return Calendar(calendar(room, starts_at=room.starts_at, link=f"{base}/r/{room_id}"))
