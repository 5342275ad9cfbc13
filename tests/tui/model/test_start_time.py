"""When a room starts, as people write it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui_rooms.tui.model.start_time import parse_start, told_start

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


def test_a_start_is_told_with_its_zone() -> None:
    """The day only when it is another one."""
    today = datetime(2030, 5, 1, 18, 30, tzinfo=UTC).timestamp()
    assert told_start(today, NOW) == "20:30 CEST"
    assert told_start(today + 86_400, NOW) == "Thu 02 May 20:30 CEST"
