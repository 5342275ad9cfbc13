"""A sound device that never starts."""

import threading

import pytest

from tui_rooms.audio import stream as streams


class Hanging:
    """As PortAudio's streams are when the device goes away while they start."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def start(self) -> None:
        """It does not return by itself."""
        self.let_go.wait()


class Failing:
    """It says so when it cannot start."""

    def start(self) -> None:
        """It cannot."""
        raise OSError("unplugged")


def test_a_stream_that_never_starts_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens devices goes on with another one."""
    monkeypatch.setattr(streams, "START_LIMIT", 0.05)
    hanging = Hanging()
    try:
        assert not streams._start(hanging, OSError)
    finally:
        hanging.let_go.set()


def test_what_keeps_a_stream_from_starting_is_told() -> None:
    """The failure of the thread that starts it is that of the caller."""
    with pytest.raises(OSError, match="unplugged"):
        streams._start(Failing(), OSError)
