"""Fixtures for all tests, and how hypothesis looks for examples."""

import gc
import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.pulse import private_pulse
from tests.support.server import server

__all__ = ["private_pulse", "server"]

# No deadline, nor one for what examples are made of: no test here says how long something takes.
# CI repeats what a contributor has seen.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

# A shell starts what runs in its background with both of these ignored, and what tests start would
# inherit that; a handler is not inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Five thousand tests are no garbage: nothing looks for some among them, now or later.

    What the tests then leave is looked at less often than where somebody waits for a picture.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(5_000)
