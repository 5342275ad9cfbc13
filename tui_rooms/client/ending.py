"""Whether this program ends without its person wishing it: told to by somebody else, its terminal
gone, or by a fault of its own. Whoever was in a room then has not left it for good."""

import threading

_unwished = threading.Event()


def note() -> None:
    """It does. From any thread, and from a signal's handler."""
    _unwished.set()


def is_unwished() -> bool:
    """Whether it does, as far as is known."""
    return _unwished.is_set()
