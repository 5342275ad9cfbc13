"""Level bars: what they show, and which cells change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.tui.drawing.meter import (
    FLOOR_DBOV,
    SILENT,
    TOP_DBOV,
    Reading,
    changed,
    meter,
    reading,
)
from tui_rooms.tui.drawing.needle import FALL, PEAK_HOLD, Needle
from tui_rooms.tui.drawing.palette import GROUND

LEVELS = st.floats(-127, 0)


def drawn(seen: Reading, cells: int) -> str:
    """The glyphs of a bar."""
    return "".join(glyph for glyph, _ in meter(seen, cells, GROUND))


def test_silence_is_an_empty_bar_and_full_scale_a_full_one() -> None:
    """Below the floor nothing is filled, at the top everything."""
    assert drawn(reading(FLOOR_DBOV, FLOOR_DBOV, 8), 8) == "╌" * 8
    assert drawn(reading(TOP_DBOV, TOP_DBOV, 8), 8) == "█" * 8


def test_a_level_is_drawn_in_eighths_of_a_cell() -> None:
    """Half of ten and a half cells is five full cells and a quarter."""
    assert drawn(Reading(42, -1), 10) == "█████▎╌╌╌╌"


def test_the_peak_stands_clear_of_the_bar() -> None:
    """A mark further to the right shows how loud it was."""
    assert drawn(Reading(16, 6), 10) == "██╌╌╌╌┃╌╌╌"


@given(level=LEVELS, peak=LEVELS, cells=st.integers(0, 60))
def test_a_bar_has_exactly_its_cells(level: float, peak: float, cells: int) -> None:
    """For any level and any length."""
    assert len(drawn(reading(level, peak, cells), cells)) == cells


@given(old=st.tuples(LEVELS, LEVELS), new=st.tuples(LEVELS, LEVELS), cells=st.integers(1, 60))
def test_all_cells_that_differ_are_named_and_runs_do_not_overlap(
    old: tuple[float, float], new: tuple[float, float], cells: int
) -> None:
    """Redrawing the runs turns the old bar into the new one."""
    before, after = reading(*old, cells), reading(*new, cells)
    bar = list(meter(before, cells, GROUND))
    end_before = 0
    for first, end in changed(before, after, cells):
        assert end_before <= first < end <= cells
        bar[first:end] = meter(after, cells, GROUND)[first:end]
        end_before = end
    assert tuple(bar) == meter(after, cells, GROUND)


def test_a_small_step_redraws_a_cell_and_not_the_bar() -> None:
    """One eighth more is one cell."""
    assert changed(Reading(40, -1), Reading(41, -1), 20) == [(5, 6)]


def test_an_equal_reading_redraws_nothing() -> None:
    """Quantising is what keeps the line quiet."""
    assert changed(SILENT, SILENT, 20) == []


def test_a_needle_rises_at_once_and_falls_slowly() -> None:
    """A loud moment is seen whole; after it the needle takes its time."""
    needle = Needle()
    needle.move(-10, 0.1)
    assert needle.level == -10
    needle.move(-127, 0.1)
    assert needle.level == pytest.approx(-10 - FALL * 0.1)


def test_a_peak_hangs_before_it_falls() -> None:
    """It stays for its time, and is never below the needle."""
    needle = Needle()
    needle.move(-10, 0.1)
    needle.move(-127, PEAK_HOLD)
    assert needle.peak == -10
    needle.move(-127, 0.5)
    assert needle.level <= needle.peak < -10


def test_silence_brings_the_needle_down_for_good() -> None:
    """After some seconds of silence there is nothing left of a loud moment."""
    needle = Needle()
    needle.move(0, 0.1)
    for _ in range(60):
        needle.move(-127, 0.1)
    assert needle.level == needle.peak == -127
    assert reading(needle.level, needle.peak, 20) == SILENT
