"""Waiting for something outside this process, with a limit that is an error with a name."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

_PAUSE_SECONDS = 0.02


def wait_until(look: Callable[[], Value], what: str, seconds: float = 10) -> Value:
    """Look again and again until there is something to see, and return that.

    Args:
        look: gives something true when the wait is over.
        what: is being waited for, in the words of the failure.
        seconds: the limit, not an expectation: a test passes just as well on a slow machine.

    Raises:
        AssertionError: the limit has passed.
    """
    give_up_at = time.monotonic() + seconds
    while True:
        if seen := look():
            return seen
        if time.monotonic() > give_up_at:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(_PAUSE_SECONDS)
