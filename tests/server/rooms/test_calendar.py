"""Scheduled rooms as calendar files, read by a calendar library."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.api.people import make_room
from tests.support.http import call
from tests.support.server import Server
from tui_rooms.rules.life import Life
from tui_rooms.rules.records import Revision
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType, Settings
from tui_rooms.server.rooms.calendar import calendar, identifier

START = 1_900_000_000.0
LINK = "https://rooms.example.org/r/tea"


def file_of(**fields) -> str:
    """The calendar file of a room."""
    wanted = {
        "room_id": "tea", "title": "Tea", "room_type": "audio_room", "created_at": 1.0,
        "host_name": "Ana", "life": Life.SCHEDULED, "starts_at": START,
    }  # fmt: skip
    return calendar(Room(**wanted | fields), starts_at=START, link=LINK)


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
    assert str(event["status"]) == "CONFIRMED"
    short = RoomType("s", "s", AUDIO_ROOM.joins_as, {}, Settings(max_duration_s=1800))
    assert event_of(file_of(kind=short)).decoded("duration") == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("ended_after", "live_after", "status"),
    [
        (-600.0, None, "CANCELLED"),
        (900.0, None, "CANCELLED"),
        (-600.0, -1800.0, "CANCELLED"),
        (3600.0, 0.0, "CONFIRMED"),
        (3600.0, -600.0, "CONFIRMED"),
        (None, None, "CONFIRMED"),
        (None, -600.0, "CONFIRMED"),
    ],
)
def test_a_room_that_will_not_be_at_its_start_is_cancelled(ended_after, live_after, status):
    """Whoever comes then finds nothing: it never was live, or was over before."""
    at = {
        "ended_at": None if ended_after is None else START + ended_after,
        "first_live_at": None if live_after is None else START + live_after,
    }
    assert str(event_of(file_of(**at))["status"]) == status


def test_a_room_has_one_identifier_by_whatever_name_its_server_is_asked():
    """And it is that of no other room, nor of a later one of the same name."""
    room = {"room_id": "tea", "title": "Tea", "room_type": "audio_room", "host_name": "Ana"}
    one = Room(**room, created_at=1.25)
    hosts = ("https://rooms.example.org", "http://127.0.0.1:7600", "http://[::1]:7600")
    uids = {
        str(event_of(calendar(one, starts_at=START, link=f"{host}/r/tea"))["uid"]) for host in hosts
    }
    assert uids == {identifier(one)}
    assert identifier(Room(**room, created_at=1.5)) != identifier(one)
    assert identifier(Room(**room | {"room_id": "jazz"}, created_at=1.25)) != identifier(one)


def test_each_change_makes_the_entry_newer():
    """Its number and its times say so; asked twice without a change, the file is the same."""
    changed = Revision(number=3, at=1_800_000_000.0)
    event = event_of(file_of(revision=changed))
    assert event["sequence"] == 3
    at = datetime.fromtimestamp(changed.at, UTC)
    assert event.decoded("dtstamp") == event.decoded("last-modified") == at
    assert event.decoded("created") == datetime.fromtimestamp(1.0, UTC)
    assert file_of(revision=changed) == file_of(revision=changed)


def test_a_calendar_that_follows_a_link_is_told_its_name_and_how_often():
    """Not every minute, and not once a week."""
    text = file_of(title="Tea; cake")
    assert "\r\nNAME:Tea\\; cake\r\nX-WR-CALNAME:Tea\\; cake\r\n" in text
    file = icalendar.Calendar.from_ical(text)
    assert file.decoded("refresh-interval") == timedelta(minutes=15)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_whatever_a_program_takes_for_the_end_of_a_line_is_one_of_the_text(end):
    """It cannot begin a line of the file, in whatever reads that; other controls are dropped."""
    file = file_of(title=f"Tea{end}BEGIN:VALARM", description="a\x00b\x7fc\td")
    assert not any(line.startswith("BEGIN:VALARM") for line in file.splitlines())
    assert str(event_of(file)["summary"]) == "Tea\nBEGIN:VALARM"
    assert str(event_of(file)["description"]) == "abc\td"


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


def test_calendars_that_fetch_it_again_see_each_change(door: Server):
    """Moved, renamed and called off; asked by another name of the server it is the same entry."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    host = make_room(door, title="Later", starts_at=start.isoformat())
    first = event_of(host.get("/calendar.ics").body)
    moved = {"starts_at": (start + timedelta(days=100)).isoformat(), "title": "Much later"}
    assert call(host.url, moved, method="PATCH", token=host.token).status == 200
    second = event_of(call(f"{host.url}/calendar.ics".replace("127.0.0.1", "localhost")).body)
    assert second["url"] != first["url"]
    host.do("end_room")
    third = event_of(host.get("/calendar.ics").body)
    assert [str(event["uid"]) for event in (first, second, third)] == [first["uid"]] * 3
    assert [event["sequence"] for event in (first, second, third)] == [0, 1, 2]
    assert [str(event["status"]) for event in (second, third)] == ["CONFIRMED", "CANCELLED"]
    assert second.decoded("dtstart") == start + timedelta(days=100)
    assert first.decoded("dtstamp") <= second.decoded("dtstamp") <= third.decoded("dtstamp")
