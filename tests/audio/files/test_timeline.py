"""Pieces of sound in presentation time."""

from itertools import chain

import numpy as np
import pytest

from tui_rooms.audio.files.timeline import Timeline
from tui_rooms.audio.frames import RATE, Samples

SECOND = np.full(RATE, 1_000, np.int16)


def seconds(timeline: Timeline, *pieces: tuple[Samples, int, float | None]) -> float:
    """How long what comes out is."""
    placed = chain.from_iterable(timeline.place(*piece) for piece in pieces)
    return sum(part.size for part in chain(placed, timeline.close())) / RATE


@pytest.mark.parametrize(
    ("starts", "lasts"),
    [
        ((0.0, 1.0, 2.0), 3.0),
        ((0.0, 1.03, 2.03), 3.0),  # rounded by the container
        ((0.0, 1.03, 2.06, 3.09), 4.06),  # but not again and again
        ((0.0, 4.0, 5.0), 6.0),
        ((5.0, 6.0, 7.0), 3.0),  # it says itself that it begins there
        ((0.0, None, 2.0), 3.0),
        ((0.0, None, 5.0), 6.0),
        ((0.0, 0.5, 1.5), 3.0),  # overlapping: nothing is left out
        ((0.0, 0.0, 1.0), 3.0),
        ((0.0, 1e6, 1e6 + 1), 3.0),  # a broken clock
    ],
)
def test_holes_last_as_long_as_they_did_and_nothing_is_left_out(
    starts: tuple[float | None, ...], lasts: float
):
    """Each piece is a second of sound; what is more is silence."""
    timeline = Timeline(starts[0], steps=False)
    pieces = [(SECOND, RATE, start) for start in starts]
    assert seconds(timeline, *pieces) == pytest.approx(lasts, abs=0.001)


def test_a_file_may_begin_before_its_sound():
    """As a film whose picture comes first."""
    assert seconds(Timeline(1.0, steps=False), (SECOND, RATE, 3.0)) == 3.0


def test_a_clock_that_may_step_makes_no_long_holes():
    """Recordings joined to one transport stream have clocks hours apart."""
    pieces = [(SECOND, RATE, start) for start in (0.0, 5.0, 600.0)]
    assert seconds(Timeline(0.0, steps=True), *pieces) == 7.0


def test_the_rate_may_change_at_any_piece():
    """What the converter holds back is not lost then."""
    slow = np.full(8_000, 1_000, np.int16)
    pieces = [(slow, 8_000, 0.0), (SECOND, RATE, 1.0), (slow, 8_000, None)]
    assert seconds(Timeline(0.0, steps=False), *pieces) == pytest.approx(3.0, abs=0.001)


def test_a_hole_of_an_hour_is_not_made_at_once():
    """It comes in pieces, so that it costs no memory."""
    timeline = Timeline(0.0, steps=False)
    parts = list(timeline.place(SECOND, RATE, 3_600.0))
    assert len(parts) == 3_601
    assert max(part.size for part in parts) == RATE


def test_a_damaged_end_is_silence_as_long():
    """Not longer, where the damage was in the middle."""
    timeline = Timeline(0.0, steps=False)
    list(timeline.place(SECOND, RATE, 0.0))
    timeline.damaged(2.0)
    list(timeline.place(SECOND, RATE, 2.0))
    assert sum(part.size for part in timeline.close()) == 0
    timeline.damaged(4.0)
    assert sum(part.size for part in timeline.close()) == RATE
