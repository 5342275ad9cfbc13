"""The garbage collector's full passes wait for silence."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from tui_rooms.tui.app.full_passes import PATIENCE, FullPasses


class Circle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


class Passes:
    """Full passes, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.full = FullPasses(lambda: self.now)

    @staticmethod
    def old_garbage() -> "ref[Circle]":
        """An object that has survived passes over younger ones, and so waits for a full one."""
        circle = Circle()
        for _ in range(12):
            gc.collect(1)
        return ref(circle)


@pytest.fixture
def passes() -> Iterator[Passes]:
    gc.collect()
    passes = Passes()
    yield passes
    passes.full.close()


def allocate_much() -> None:
    """More than Python needs to make a full pass by itself."""
    kept = [[] for _ in range(1_000_000)]
    assert kept


def test_no_full_pass_is_made_while_somebody_talks(passes: Passes) -> None:
    """However much is made meanwhile."""
    circle = passes.old_garbage()
    before = gc.get_stats()[2]["collections"]
    allocate_much()
    passes.full.look(quiet=False)
    assert gc.get_stats()[2]["collections"] == before
    assert circle() is not None


def test_without_it_python_makes_some() -> None:
    """So the test before this one can fail."""
    gc.collect()
    before = gc.get_stats()[2]["collections"]
    allocate_much()
    assert gc.get_stats()[2]["collections"] > before


def test_the_next_silence_is_used(passes: Passes) -> None:
    """Old garbage goes then."""
    circle = passes.old_garbage()
    passes.full.look(quiet=True)
    assert circle() is None


def test_silence_alone_is_no_reason(passes: Passes) -> None:
    """A pass just after another would find nothing."""
    before = gc.get_stats()[2]["collections"]
    passes.full.look(quiet=True)
    assert gc.get_stats()[2]["collections"] == before


def test_whoever_talks_for_ever_is_not_waited_for(passes: Passes) -> None:
    """Memory must not grow for ever; the patience begins anew after each pass."""
    circle = passes.old_garbage()
    passes.now = PATIENCE + 1
    passes.full.look(quiet=False)
    assert circle() is None
    circle = passes.old_garbage()
    passes.full.look(quiet=False)
    assert circle() is not None


def test_the_collector_is_given_back() -> None:
    """As it was."""
    before = gc.get_threshold()
    FullPasses().close()
    assert gc.get_threshold() == before
