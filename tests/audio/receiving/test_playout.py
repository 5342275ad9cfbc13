"""The clock that is not fooled by pulls that come late and several at once."""

import itertools

import pytest

from tui_rooms.audio.frames import FRAME_SECONDS
from tui_rooms.audio.receiving.playout import PlayoutClock


def _ticks(times: list[float]) -> list[float]:
    clock = PlayoutClock()
    return [clock.tick(time) for time in times]


def _regular(count: int, start: float = 10.0) -> list[float]:
    return [start + number * FRAME_SECONDS for number in range(count)]


def test_regular_pulls_are_taken_at_their_word():
    """The frame stands for the time of its pull."""
    assert _ticks(_regular(200)) == pytest.approx(_regular(200))


def test_a_pause_that_is_made_up_for_at_once_changes_nothing():
    """400 ms without a pull, then 21 of them: each stands for the time when it was due."""
    late = [time if not 12.0 <= time < 12.4 else 12.4 for time in _regular(300)]
    assert _ticks(late) == pytest.approx(_regular(300))


def test_pulls_that_are_always_a_little_late_stand_for_an_even_pace():
    """Of uneven pulls the most punctual set the time."""
    uneven = [time + 0.002 * (number % 7) for number, time in enumerate(_regular(200))]
    told = _ticks(uneven)
    steps = [after - before for before, after in itertools.pairwise(told[10:])]
    assert steps == pytest.approx([FRAME_SECONDS] * len(steps))


def test_pulls_that_are_never_made_up_for_are_noticed_after_a_second():
    """A sound card stood still for 300 ms: then its frames are heard 300 ms later."""
    stood_still = [time if time < 12.0 else time + 0.3 for time in _regular(300)]
    told = _ticks(stood_still)
    assert told[120] == pytest.approx(stood_still[120] - 0.3)
    assert told[-1] == pytest.approx(stood_still[-1])


def test_pulls_ahead_of_time_count_at_once():
    """A loudspeaker that fills its buffer first plays those frames later; no packet came sooner."""
    told = _ticks([*_regular(100), 11.98, 11.98, 11.98])
    assert told[-3:] == pytest.approx([11.98] * 3)


def test_after_a_long_break_the_clock_starts_over():
    """Who was deafened for a minute has nothing to make up for."""
    assert _ticks([*_regular(100), 75.0])[-1] == pytest.approx(75.0)
