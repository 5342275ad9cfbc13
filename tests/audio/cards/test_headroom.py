"""How much sound is kept ready for a loudspeaker."""

from itertools import pairwise

import pytest

from tui_rooms.audio.cards.headroom import Headroom

STEP = 0.010


def _written(headroom: Headroom, begin: float, seconds: float, before_dry: float) -> float:
    """A frame each 20 ms, each so long before the sound would have run out; when that ended."""
    for turn in range(round(seconds / 0.02)):
        headroom.written(begin + turn * 0.02, before_dry)
    return begin + seconds


def test_sound_that_is_always_early_needs_nothing_kept_ready():
    """All that waits is late: it is taken away when there was time to spare for a while."""
    headroom = Headroom(STEP, STEP)
    _written(headroom, 0.0, 12.0, 0.018)
    assert headroom.seconds == 0.0


def test_sound_that_comes_just_in_time_keeps_what_it_has():
    """One block less would have been too close, so nothing changes."""
    headroom = Headroom(STEP, STEP)
    _written(headroom, 0.0, 60.0, 0.012)
    assert headroom.seconds == STEP


def test_a_card_that_comes_early_is_waited_for_with_more():
    """It comes in pairs: what was written in time for the first is gone for the second."""
    headroom = Headroom(STEP, STEP)
    headroom.called_early(0.005)
    _written(headroom, 0.0, 9.0, 0.018)
    headroom.called_early(0.001)
    _written(headroom, 9.0, 2.0, 0.018)
    assert headroom.seconds == STEP
    _written(headroom, 11.0, 11.0, 0.018)
    assert headroom.seconds == 0.0


def test_a_close_call_keeps_more_ready_before_the_sound_runs_out():
    """At once, not after it was heard."""
    headroom = Headroom(STEP, STEP)
    headroom.written(0.0, 0.001)
    assert headroom.seconds == 2 * STEP


def test_sound_that_ran_out_keeps_more_ready_up_to_a_limit():
    """However bad this machine is, the delay has an end."""
    headroom = Headroom(STEP, STEP)
    for second in range(100):
        headroom.ran_dry(float(second))
    assert headroom.seconds == pytest.approx(0.1)


def test_what_was_too_little_is_tried_again_later_and_later():
    """A machine that is late now and then must not be heard to be so every ten seconds."""
    headroom = Headroom(STEP, STEP)
    now, shrunk_at = 0.0, []
    while len(shrunk_at) < 4:
        before = headroom.seconds
        headroom.written(now, 0.018)
        if headroom.seconds < before:
            shrunk_at.append(now)
            headroom.ran_dry(now)
        now += 0.02
    pauses = [later - earlier for earlier, later in pairwise(shrunk_at)]
    assert pauses == pytest.approx([20.0, 40.0, 80.0], abs=0.1)
