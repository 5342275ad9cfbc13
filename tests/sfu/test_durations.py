"""Durations are counted in classes."""

from tui_rooms.sfu.durations import CLASSES, Durations


def test_a_duration_counts_in_the_class_whose_end_it_does_not_pass():
    """The end of a class belongs to it, and the last class takes whatever is longer."""
    durations = Durations()
    for seconds in (0.0, CLASSES[0], CLASSES[0] + 1e-9, CLASSES[-1], CLASSES[-1] + 1e-9, 1e9):
        durations.note(seconds)
    assert durations.counts == [2, 1, *[0] * (len(CLASSES) - 3), 1, 2]
