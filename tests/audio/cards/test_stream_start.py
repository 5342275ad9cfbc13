"""A sound device that never starts."""

import subprocess
import sys
import threading

import pytest

from tests.support.pulse import Pulse
from tui_rooms.audio.cards import stream as streams


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


ONCE_STUCK = """
from tui_rooms.audio.cards import portaudio, stream
from tui_rooms.audio.cards.devices import open_loudspeaker

start, outcomes = stream._start, [False]
stream._start = lambda *given: outcomes.pop() if outcomes else start(*given)
loudspeaker = open_loudspeaker()
portaudio.ask_for_rescan()
print(loudspeaker.running, portaudio.rescan_wanted())
loudspeaker.close()
print(portaudio.streams_open())
"""


@pytest.mark.realtime
def test_after_one_that_never_started_another_is_used_and_nobody_waits_for_a_rescan(
    private_pulse: Pulse,
) -> None:
    """A second stream of the same card plays; the program ends in order."""
    done = subprocess.run(
        [sys.executable, "-c", ONCE_STUCK],
        env=private_pulse.environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["True", "False", "False"]
