"""Scheduled rooms as calendar files, read by a calendar library."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.api.people import make_room
from tests.support.server import Server
from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType, Settings
from tui_rooms.server.rooms.calendar import calendar

START = 1_900_000_000.0
LINK = "https://rooms.example.org/r/tea"


def file_of(**fields) -> str:
    """The calendar file of a room."""
    wanted = {
        "room_id": "tea", "title": "Tea", "room_type": "audio_room", "created_at": 1.0,
        "host_name": "Ana", "life": Life.SCHEDULED, "starts_at": START,
    }  # fmt: skip
    return calendar(Room(**wanted | fields), starts_at=START, link=LINK, now=1_800_000_000.0)


def event_of(text: str) -> icalendar.Event:
    """The one event in it."""
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 1
    return events[0]


def test_a_calendar_reads_when_where_and_what():
    """In UTC, with the link, for an hour unless the room's type knows better."""
    event = event_of(file_of(description="with rice"))
    assert event.decoded("dtstart") == datetime.fromtimestamp(START, UTC)
    assert event.decoded("duration") == timedelta(hours=1)
    assert str(event["summary"]) == "Tea"
    assert str(event["description"]) == "with rice"
    assert str(event["url"]) == LINK
    assert str(event["uid"]) == "rooms.example.org/r/tea"
    assert str(event["status"]) == "CONFIRMED"
    short = RoomType("s", "s", AUDIO_ROOM.joins_as, {}, Settings(max_duration_s=1800))
    assert event_of(file_of(kind=short)).decoded("duration") == timedelta(minutes=30)


def test_a_room_that_never_came_about_is_cancelled():
    """So it leaves people's calendars."""
    assert str(event_of(file_of(life=Life.ENDED))["status"]) == "CANCELLED"
    assert str(event_of(file_of(life=Life.ENDED, live_since=START))["status"]) == "CONFIRMED"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.just("\n")))
def test_any_text_comes_back_as_it_was_on_short_lines(text):
    """Commas, semicolons, backslashes, lines; no line is over 75 octets or cuts a character."""
    file = file_of(description="-" + text)
    assert str(event_of(file)["description"]) == "-" + text
    lines = file.split("\r\n")
    assert lines[-1] == ""
    assert all(0 < len(line.encode()) <= 75 for line in lines[:-1])
    assert all("\n" not in line and "\r" not in line for line in lines)


def test_text_is_escaped_as_the_rfc_says():
    """RFC 5545 §3.3.11: backslash, semicolon, comma, and the end of a line."""
    assert "SUMMARY:a\\;b\\,c\\\\d\r\n" in file_of(title="a;b,c\\d")
    assert "DESCRIPTION:one\\ntwo\r\n" in file_of(description="one\ntwo")


def test_lines_are_folded_by_octets_between_characters():
    """RFC 5545 §3.1: 75 octets, where "é" has two and "🎉" four."""
    for character in ("e", "é", "€", "🎉"):
        lines = file_of(description=character * 200).encode().split(b"\r\n")
        assert max(map(len, lines)) in range(72, 76)
        assert all(line.decode() for line in lines[:-1])


@pytest.mark.parametrize("title", ["a\\nb", "x;y,z", "\\", "BEGIN:VEVENT"])
def test_a_title_cannot_add_to_the_file(title):
    """What people write is a value, never a line of its own."""
    assert str(event_of(file_of(title=title))["summary"]) == title


def test_the_file_is_served_for_scheduled_rooms(door: Server):
    """As text/calendar; a room without a start has none."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    host = make_room(door, title="Later", starts_at=start.isoformat())
    answer = host.get("/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    event = event_of(answer.body)
    assert event.decoded("dtstart") == start
    assert str(event["url"]) == f"{door.url}/r/{host.room}"
    refused = make_room(door).get("/calendar.ics")
    assert (refused.status, refused.code) == (409, "not-scheduled")
