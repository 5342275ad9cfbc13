"""Moments in words, and local times that come never or twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.zones import (
    BAKER_ISLAND,
    BERLIN,
    KATHMANDU,
    KIRITIMATI,
    KOLKATA,
    LORD_HOWE,
    SAO_PAULO,
    ZONES,
    living_in,
)
from tui_rooms.rules.moments import clock_text, moments_of, only_moment_of
from tui_rooms.tui.model.here import HERE

EARLY = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0.0, "1970-01-01 00:00 UTC"),
        (-62135596800.0, "0001-01-01 00:00 UTC"),
        (253402300799.0, "9999-12-31 23:59 UTC"),
        (253402351140.0, "a time after the year 9999"),
        (-62135647200.0, "a time before the year 1"),
        (1e300, "a time after the year 9999"),
        (float("-inf"), "a time before the year 1"),
        (float("nan"), "no time at all"),
    ],
)
def test_any_moment_is_told_in_words(moment: float, text: str) -> None:
    """Never as seconds since the epoch, however far off it is."""
    assert clock_text(moment) == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (BERLIN, "2030-07-01 20:30 CEST"),
        (KOLKATA, "2030-07-02 00:00 IST"),
        (SAO_PAULO, "2030-07-01 15:30 UTC-03:00"),
        (LORD_HOWE, "2030-07-02 05:00 UTC+10:30"),
        ("Europe/Berln", "2030-07-01 18:30 UTC+00:00"),
        ("", "2030-07-01 18:30 UTC"),
    ],
)
def test_a_zone_is_named_as_it_is_on_that_date(zone: str, text: str) -> None:
    """By its offset where it has no abbreviation: a sign, or what is left of one misspelt."""
    summer = datetime(2030, 7, 1, 18, 30, tzinfo=UTC).timestamp()
    with living_in(zone):
        assert clock_text(summer, HERE) == text


@pytest.mark.parametrize(
    ("zone", "wall", "offsets"),
    [
        (BERLIN, "2030-03-31 01:59", ["01:00"]),
        (BERLIN, "2030-03-31 02:00", []),
        (BERLIN, "2030-03-31 02:59", []),
        (BERLIN, "2030-03-31 03:00", ["02:00"]),
        (BERLIN, "2030-07-01 20:30", ["02:00"]),
        (BERLIN, "2030-10-27 01:59", ["02:00"]),
        (BERLIN, "2030-10-27 02:00", ["02:00", "01:00"]),
        (BERLIN, "2030-10-27 02:59", ["02:00", "01:00"]),
        (BERLIN, "2030-10-27 03:00", ["01:00"]),
        (BERLIN, "2030-12-01 20:30", ["01:00"]),
        (LORD_HOWE, "2030-10-06 02:15", []),
        (LORD_HOWE, "2030-10-06 02:30", ["11:00"]),
        (LORD_HOWE, "2030-04-07 01:15", ["11:00"]),
        (LORD_HOWE, "2030-04-07 01:45", ["11:00", "10:30"]),
        (LORD_HOWE, "2030-04-07 02:00", ["10:30"]),
        (KATHMANDU, "2030-07-01 20:30", ["05:45"]),
        (KIRITIMATI, "2030-07-01 20:30", ["14:00"]),
    ],
)
def test_a_local_time_has_the_offset_of_its_date(zone: str, wall: str, offsets: list[str]) -> None:
    """None in the gap, two in the fold, for steps of an hour and of half of one."""
    with living_in(zone):
        found = moments_of(datetime.fromisoformat(wall), HERE)
    assert found == [datetime.fromisoformat(f"{wall}+{one}") for one in offsets]


@given(st.sampled_from((*ZONES, None)), st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1)))
def test_what_clocks_show_leads_back_to_the_moment(zone: str | None, moment: datetime) -> None:
    """In any zone, on any date: a local time is one of the moments that it was read off."""
    moment = moment.replace(tzinfo=UTC)
    with living_in(zone):
        there = moment.astimezone(HERE)
        assert moment in moments_of(there.replace(tzinfo=None), HERE)
        assert there.astimezone(UTC) == moment
        assert moment.astimezone() - there == timedelta(0)


def test_a_time_that_no_clock_shows_is_refused() -> None:
    """With why, and what to write instead."""
    with (
        living_in(BERLIN),
        pytest.raises(ValueError, match="no 2030-03-31 02:30 here, as clocks are put forward"),
    ):
        only_moment_of(datetime(2030, 3, 31, 2, 30), HERE, after=EARLY)


def test_of_a_time_that_comes_twice_the_writer_says_which() -> None:
    """Both are offered, in a form that is taken; one that is over is not meant."""
    wall = datetime(2030, 10, 27, 2, 30)
    first, second = "2030-10-27 02:30+02:00", "2030-10-27 02:30+01:00"
    with living_in(BERLIN):
        with pytest.raises(ValueError, match="comes twice here") as refused:
            only_moment_of(wall, HERE, after=EARLY)
        assert f"write {first}, or +01:00" in str(refused.value)
        between = datetime.fromisoformat(first) + timedelta(minutes=10)
        assert only_moment_of(wall, HERE, after=between) == datetime.fromisoformat(second)


@pytest.mark.parametrize(
    ("zone", "wall"), [(KIRITIMATI, datetime.min), (BAKER_ISLAND, datetime.max)]
)
def test_the_edge_of_the_calendar_is_refused_in_words(zone: str, wall: datetime) -> None:
    """Where it is a year here that UTC has not."""
    with living_in(zone), pytest.raises(ValueError, match="is at the edge of the calendar"):
        only_moment_of(wall, HERE, after=EARLY)
