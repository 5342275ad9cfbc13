"""Durations as people write them."""

import pytest

from tui_rooms.rules.durations import read_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90.0), ("30m", 1800.0), ("8h", 28_800.0), ("7d", 604_800.0), ("36500d", 3.1536e9)],
)
def test_a_number_and_a_unit_is_a_duration(text: str, seconds: float) -> None:
    """Seconds, minutes, hours or days."""
    assert read_duration(text) == seconds


def test_a_number_alone_needs_a_unit_from_somewhere() -> None:
    """Where people type all day it may be left out."""
    assert read_duration("30", unit="s") == 30.0
    with pytest.raises(ValueError, match="'30' is no duration: expected 90s, 30m, 8h or 7d"):
        read_duration("30")


@pytest.mark.parametrize(
    "text", ["", "s", "-1s", "1.5h", "²s", "nan", "infd", "1 h", "9" * 50 + "w"]
)
def test_what_is_no_duration_is_named(text: str) -> None:
    """By its beginning, when it is long."""
    with pytest.raises(ValueError, match="is no duration") as refused:
        read_duration(text)
    assert f"'{text[:40]}'" in str(refused.value)


@pytest.mark.parametrize("text", ["36501d", "9" * 400 + "d", "9" * 5000 + "s"])
def test_a_duration_longer_than_a_life_is_refused(text: str) -> None:
    """However many digits it has."""
    with pytest.raises(ValueError, match="is too long: at most 36500d"):
        read_duration(text)
