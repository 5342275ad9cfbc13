"""When a room starts, as people write it."""

import re
from datetime import UTC, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.support.zones import (
    AUCKLAND,
    BERLIN,
    KATHMANDU,
    LORD_HOWE,
    NEWFOUNDLAND,
    ZONES,
    living_in,
)
from tui_rooms.rules.moments import clock_text, moments_of
from tui_rooms.rules.room import Room
from tui_rooms.server.api.fields import Moment
from tui_rooms.server.rooms.calendar import calendar
from tui_rooms.tui.model.here import HERE, time_of_day
from tui_rooms.tui.model.records_told import moment
from tui_rooms.tui.model.start_time import parse_start, told_distance, told_start

API = TypeAdapter(Moment)
NOW = datetime(2030, 5, 1, 18, 0, tzinfo=timezone(timedelta(hours=2), "CEST"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("now", None),
        ("20:30", datetime(2030, 5, 1, 18, 30, tzinfo=UTC)),
        ("07:15", datetime(2030, 5, 2, 5, 15, tzinfo=UTC)),
        ("2030-06-01 20:30", datetime(2030, 6, 1, 18, 30, tzinfo=UTC)),
        ("2030-06-01 20:30+00:00", datetime(2030, 6, 1, 20, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_ones_own_zone(text: str, expected: datetime | None) -> None:
    """A time of day is the next one; an offset goes before the zone."""
    assert parse_start(text, NOW) == (None if expected is None else expected.timestamp())


@pytest.mark.parametrize(
    ("text", "words"),
    [("noon", "is no time"), ("2030-05-01 17:59", "is over"), ("25:00", "no time")],
)
def test_what_is_no_time_is_named(text: str, words: str) -> None:
    """With how to write it."""
    with pytest.raises(ValueError, match=words):
        parse_start(text, NOW)


def there(text: str) -> datetime:
    """A moment with an offset, as this machine's clock shows it."""
    return datetime.fromisoformat(text).astimezone(HERE)


@pytest.mark.parametrize(
    ("zone", "now", "text", "expected"),
    [
        # Written in winter, for summer, and the other way round.
        (BERLIN, "2030-01-15 12:00+01:00", "2030-07-01 20:30", "2030-07-01 20:30+02:00"),
        (BERLIN, "2030-07-01 12:00+02:00", "2031-01-15 20:30", "2031-01-15 20:30+01:00"),
        (AUCKLAND, "2030-07-01 12:00+12:00", "2031-01-15 20:30", "2031-01-15 20:30+13:00"),
        (LORD_HOWE, "2030-07-01 12:00+10:30", "2031-01-15 20:30", "2031-01-15 20:30+11:00"),
        (NEWFOUNDLAND, "2030-01-15 12:00-03:30", "2030-07-01 20:30", "2030-07-01 20:30-02:30"),
        (KATHMANDU, "2030-01-15 12:00+05:45", "2030-07-01 20:30", "2030-07-01 20:30+05:45"),
        # The evening before clocks are changed.
        (BERLIN, "2030-03-30 23:00+01:00", "03:30", "2030-03-31 03:30+02:00"),
        (BERLIN, "2030-10-26 23:00+02:00", "03:30", "2030-10-27 03:30+01:00"),
        (BERLIN, "2030-03-31 10:00+02:00", "02:30", "2030-04-01 02:30+02:00"),
        # Between the two half past two of one night, and after both.
        (BERLIN, "2030-10-27 02:40+02:00", "02:30", "2030-10-27 02:30+01:00"),
        (BERLIN, "2030-10-27 02:10+01:00", "02:30", "2030-10-27 02:30+01:00"),
        (BERLIN, "2030-10-27 02:40+01:00", "02:30", "2030-10-28 02:30+01:00"),
        (BERLIN, "2030-10-27 01:00+02:00", "2030-10-27 02:30+01:00", "2030-10-27 02:30+01:00"),
        # An offset that somebody writes goes before the zone.
        (BERLIN, "2030-01-15 12:00+01:00", "2030-07-01T20:30Z", "2030-07-01 20:30+00:00"),
        ("", "2030-01-15 12:00+00:00", "2030-07-01 20:30", "2030-07-01 20:30+00:00"),
        ("Europe/Berln", "2030-01-15 12:00+00:00", "20:30", "2030-01-15 20:30+00:00"),
    ],
)
def test_the_offset_is_that_of_the_date_meant(
    zone: str, now: str, text: str, expected: str
) -> None:
    """Whatever it is today, in zones that change by an hour, by half of one, or never."""
    with living_in(zone):
        at = parse_start(text, there(now))
        assert at == datetime.fromisoformat(expected).timestamp()
        told = told_start(at, there(now))
    assert datetime.fromisoformat(expected).strftime("%H:%M") in told or "+" in text or "Z" in text


@pytest.mark.parametrize(
    ("now", "text", "words"),
    [
        ("2030-03-30 23:00+01:00", "02:30", "there is no 2030-03-31 02:30 here"),
        ("2030-01-15 12:00+01:00", "2030-03-31 02:30", "there is no 2030-03-31 02:30 here"),
        ("2030-10-26 23:00+02:00", "02:30", "2030-10-27 02:30 comes twice here"),
        ("2030-01-15 12:00+01:00", "2030-10-27 02:30", "write 2030-10-27 02:30+02:00, or +01:00"),
        ("2030-01-15 12:00+01:00", "2030-07-01", "“2030-07-01” is no time"),
        ("2030-01-15 12:00+01:00", "20300701", "“20300701” is no time"),
        ("2030-01-15 12:00+01:00", "2030-02-30 10:00", "“2030-02-30 10:00” is no time"),
        ("2030-01-15 12:00+01:00", "0001-01-01 00:00", "edge of the calendar"),
        ("2030-01-15 12:00+01:00", "0001-01-01 00:00+14:00", "is over already"),
        ("2030-01-15 12:00+01:00", "x" * 500, "“" + "x" * 40 + "” is no time"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(now: str, text: str, words: str) -> None:
    """It comes never, or twice, or has no time of day, or no calendar has it."""
    with living_in(BERLIN), pytest.raises(ValueError, match=re.escape(words)):
        parse_start(text, there(now))


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2030, 1, 1), datetime(2031, 1, 1)),
    st.integers(1, 366 * 24 * 60),
)
def test_every_door_means_the_same_moment(zone: str, now: datetime, minutes: int) -> None:
    """What the screen reads, the screen, a command, a calendar and the API tell, in any zone."""
    now = now.replace(second=0, microsecond=0, tzinfo=UTC)
    meant = now + timedelta(minutes=minutes)
    with living_in(zone):
        wall = meant.astimezone(HERE)
        written = wall.strftime("%Y-%m-%d %H:%M")
        if len(moments_of(wall.replace(tzinfo=None), HERE)) > 1:
            written = wall.isoformat(" ", "minutes")
        at = parse_start(written, now.astimezone(HERE))
        assert at == meant.timestamp()
        assert told_start(at, now.astimezone(HERE)).endswith(
            f"{wall:%H:%M} {clock_text(at, HERE).split()[-1]}"
        )
        assert clock_text(at, HERE).startswith(written[:16])
        room = Room(
            room_id="tea", title="Tea", room_type="audio_room", created_at=1.0, host_name="Ana"
        )
        [event] = icalendar.Calendar.from_ical(
            calendar(room, starts_at=at, link="http://rooms.example/r/tea")
        ).walk("VEVENT")
        assert event.decoded("dtstart").astimezone(HERE) == wall
        assert API.validate_python(wall.isoformat()) == at


def test_a_start_is_told_with_its_zone() -> None:
    """The day only when it is another one."""
    today = datetime(2030, 5, 1, 18, 30, tzinfo=UTC).timestamp()
    assert told_start(today, NOW) == "20:30 CEST"
    assert told_start(today + 86_400, NOW) == "Thu 02 May 20:30 CEST"
    assert told_start(today + 366 * 86_400, NOW) == "Fri 02 May 2031 20:30 CEST"
    assert told_start(today - 3 * 366 * 86_400, NOW) == "Thu 29 Apr 2027 20:30 CEST"


@pytest.mark.parametrize("at", [1e300, -1e300, float("nan"), float("inf"), 253402351140.0])
def test_what_a_strange_server_calls_a_time_is_told_all_the_same(at: float) -> None:
    """In words, on every part of the screen and in every line; nothing breaks."""
    assert told_start(at, NOW) == moment(at, NOW) == clock_text(at, HERE)
    assert told_start(at, NOW).startswith(("a time", "no time"))
    assert told_distance(at, NOW) == ""
    assert time_of_day(at) == "--:--"


def test_a_moment_of_another_year_is_told_with_the_year() -> None:
    """A block of ten years does not look like one until next week."""
    today = datetime(2030, 5, 1, 18, 30, tzinfo=UTC).timestamp()
    assert moment(today, NOW) == "20:30"
    assert moment(today + 7 * 86_400, NOW) == "08 May 20:30"
    assert moment(today + 10 * 366 * 86_400, NOW) == "08 May 2040 20:30"
