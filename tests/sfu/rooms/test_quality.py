"""How good a path is judged to be: by what people would notice, and without flicker."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.sfu.rooms.quality import CALM, PathQuality
from tui_rooms.wire.quality import GOOD_FROM, POOR_FROM, ConnectionQuality, judged

EXCELLENT, GOOD, POOR, LOST = ConnectionQuality
PACKETS = 50
"""A second of sound."""


def after(path: PathQuality, seconds: int, *, lost: float = 0.0, jitter_ms: float = 5.0, at=100.0):
    """The path's quality after each second of such reports."""
    seen = []
    for second in range(seconds):
        now = at + second
        path.down.note(PACKETS, PACKETS * lost, jitter_ms, now)
        path.judge(now)
        seen.append(path.quality)
    return seen


@pytest.mark.parametrize(
    ("measured", "quality"),
    [
        ({}, EXCELLENT),
        ({"loss": 0.019, "jitter_ms": 39, "round_trip_ms": 149}, EXCELLENT),
        ({"loss": GOOD_FROM.loss}, GOOD),
        ({"jitter_ms": GOOD_FROM.jitter_ms}, GOOD),
        ({"round_trip_ms": GOOD_FROM.round_trip_ms}, GOOD),
        ({"loss": POOR_FROM.loss}, POOR),
        ({"jitter_ms": POOR_FROM.jitter_ms}, POOR),
        ({"round_trip_ms": POOR_FROM.round_trip_ms}, POOR),
        ({"loss": 0.03, "round_trip_ms": 900}, POOR),
    ],
)
def test_the_worst_of_loss_jitter_and_round_trip_decides(measured, quality):
    """Each has two limits."""
    assert judged(**measured) is quality


def test_the_qualities_are_in_order():
    """From nothing to notice to nothing at all."""
    assert [quality.rank for quality in (EXCELLENT, GOOD, POOR, LOST)] == [0, 1, 2, 3]


def test_a_path_of_which_nothing_is_known_is_excellent():
    """Nobody is marked without a reason."""
    path = PathQuality()
    assert not any(path.judge(float(now)) for now in range(100))
    assert path.quality is EXCELLENT


def test_loss_that_stays_is_noticed_within_five_seconds():
    """20 %, with reports once a second."""
    assert after(PathQuality(), 5, lost=0.2)[-1] is POOR


def test_a_short_break_is_no_poor_connection():
    """A fifth of a second without packets, once."""
    path = PathQuality()
    after(path, 10)
    path.down.note(PACKETS, 10, 5.0, 110.0)
    path.judge(110.0)
    assert POOR not in {path.quality, *after(path, 20, at=111.0)}


def test_it_is_good_again_only_after_a_while_of_calm():
    """And then it stays so."""
    path = PathQuality()
    after(path, 20, lost=0.2)
    seen = after(path, 60, at=120.0)
    assert seen[: int(CALM)] == [POOR] * int(CALM)
    assert seen[-1] is EXCELLENT
    assert [quality.rank for quality in seen] == sorted((q.rank for q in seen), reverse=True)


@pytest.mark.parametrize("lost", [GOOD_FROM.loss, POOR_FROM.loss])
def test_a_loss_about_a_limit_does_not_flicker(lost):
    """Ten minutes of random loss of just that size: a handful of changes, not one each second."""
    chance = random.Random(3)
    path = PathQuality()
    changes = 0
    for second in range(600):
        gone = sum(chance.random() < lost for _ in range(PACKETS))
        path.up.note(PACKETS, gone, 5.0, float(second))
        changes += path.judge(float(second))
    assert changes <= 20


def test_a_jitter_about_a_limit_does_not_flicker():
    """It must be clearly below before it counts as better."""
    path = PathQuality()
    changes = 0
    for second in range(100):
        path.up.note(PACKETS, 0, 40.0 + 5 * (-1) ** second, float(second))
        changes += path.judge(float(second))
    assert changes == 1
    assert path.quality is GOOD


def test_one_lost_packet_in_a_pause_tells_little():
    """In DTX a few packets come a second: one of two is no half."""
    path = PathQuality()
    path.up.note(2, 1, 5.0, 10.0)
    assert path.up.loss(10.0) == pytest.approx(0.02)


def test_packets_that_were_only_late_are_not_lost():
    """They make up for it in the next report."""
    path = PathQuality()
    path.up.note(50, 20, 5.0, 10.0)
    path.up.note(50, -20, 5.0, 10.0)
    assert path.up.loss(10.0) == 0.0


def test_a_long_way_is_forgotten_when_nothing_is_heard_of_it_any_more():
    """A round trip is measured while sound comes; after it nothing is known."""
    path = PathQuality()
    path.round_trip(500.0, 10.0)
    path.judge(10.0)
    assert path.quality is POOR
    for second in range(11, 60):
        path.judge(float(second))
    assert path.quality is EXCELLENT


@given(
    st.lists(
        st.tuples(st.integers(-(2**31), 2**31), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)),
        max_size=30,
    )
)
def test_whatever_is_reported_it_is_one_of_the_qualities(reports):
    """Counts from outside may be anything."""
    path = PathQuality()
    for second, (expected, lost, jitter) in enumerate(reports):
        path.down.note(max(0, expected), lost, jitter, float(second))
        path.judge(float(second))
        assert path.quality in (EXCELLENT, GOOD, POOR)
