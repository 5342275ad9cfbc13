"""A small budget for each target; the command in `__main__` has all the time there is."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.corpora import corpus
from tests.fuzz.edits import inputs
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_comes_only_the_documented_error_is_raised(target):
    """What really is sent, and what looks like it: read, or refused in words of ours."""
    kept = corpus(target)
    assert kept
    run = TARGETS[target]
    for data in kept:
        run(data)

    @settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck))
    @given(inputs(kept))
    def whatever_comes(data: bytes) -> None:
        run(data)

    whatever_comes()
