"""What happens to microphone and loudspeaker while a room goes on, on a real sound server."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.sounds import strength
from tests.support.pulse import Pulse
from tests.support.speech import read_wav
from tests.support.waiting import wait_until
from tui_rooms.audio.frames import RATE

pytestmark = pytest.mark.realtime

_ROOT = Path(__file__).parents[3]


class Program:
    """`device_program`, running."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def line(self) -> dict[str, Any]:
        """Its next line."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def notice(self) -> str:
        """Its next line, which is a notice."""
        return str(self.line()["notice"])

    def lines(self) -> list[dict[str, Any]]:
        """All that is left."""
        assert self.process.stdout is not None
        return [json.loads(line) for line in self.process.stdout]


@contextlib.contextmanager
def running(pulse: Pulse, *words: str) -> Iterator[Program]:
    """Start the program, which says when it has its device."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.client.device_program", *words],
        cwd=_ROOT,
        env=pulse.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # PortAudio's own words about lost devices
        text=True,
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def _hears(pulse: Pulse, sink: str, seconds: float = 0.5) -> bool:
    """Whether the tone arrives in a sink now."""
    with pulse.capture(sink) as capture:
        wait_until(lambda: capture.seconds >= seconds, f"{seconds} s of sound from {sink}")
    return strength(capture.samples[-RATE // 5 :], 440) > 0.3


def _soon(look: Any, seconds: float = 6.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if look():
            return True
    return False


def test_a_device_that_is_not_there_is_replaced_and_taken_again_when_it_is_back(
    private_pulse: Pulse,
):
    """The default plays meanwhile; both changes are said."""
    private_pulse.name_devices(headset="headset")
    with running(private_pulse, "sink", "headset", "12") as program:
        sentence = program.notice()
        assert "headset" in sentence
        assert "Until it is back" in sentence
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "speaker")
        private_pulse.add_sink("headset")
        assert program.notice() == 'the loudspeaker "headset" is back'
        assert _hears(private_pulse, "headset")
        assert not _hears(private_pulse, "speaker")


def test_another_loudspeaker_can_be_chosen_while_it_plays(private_pulse: Pulse):
    """The sound moves within a second, and nothing is said: it was wanted."""
    private_pulse.add_sink("headset")
    private_pulse.name_devices(headset="headset")
    with running(private_pulse, "sink", "-", "4", "1:headset") as program:
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "speaker")
        assert _soon(lambda: _hears(private_pulse, "headset"), 3)
        lines = program.lines()
    assert lines == [{"done": lines[0]["done"]}]
    assert lines[0]["done"]["frames"] > 3.5 * 50


def test_the_last_device_unplugged_is_said_and_it_is_used_when_it_is_back(private_pulse: Pulse):
    """Nothing to play on: the room goes on, and sound with the next device."""
    with running(private_pulse, "sink", "-", "12") as program:
        assert program.line() == {"playing": True}
        for sink in ("mic", "speaker"):
            private_pulse.remove_sink(sink)
        assert "no longer answers" in program.notice()
        assert program.notice().endswith("looking for one")
        private_pulse.add_sink("speaker")
        assert _soon(lambda: _hears(private_pulse, "speaker"))


def test_unplugged_devices_leave_their_sound_to_the_default_one(private_pulse: Pulse):
    """The sound server moves it, or drops it and we open the default one."""
    private_pulse.add_sink("headset")
    private_pulse.name_devices(headset="headset")
    with running(private_pulse, "sink", "headset", "4") as program:
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "headset")
        private_pulse.remove_sink("headset")
        assert _soon(lambda: _hears(private_pulse, "speaker"), 3)


def test_sound_follows_the_systems_default(private_pulse: Pulse):
    """Whoever has chosen nothing hears on what the system now calls the default."""
    private_pulse.add_sink("headset")
    with running(private_pulse, "sink", "-", "5") as program:
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "speaker")
        private_pulse.make_default("headset")
        assert _soon(lambda: _hears(private_pulse, "headset"), 3)


def test_a_device_that_stands_still_is_noticed_within_a_second(private_pulse: Pulse):
    """Its callback is not called any more although it says that it runs; it is used again when
    it goes on."""
    with running(private_pulse, "sink", "-", "15") as program:
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "speaker")
        private_pulse.freeze()
        frozen = time.monotonic()
        assert "no longer answers" in program.notice()
        noticed = time.monotonic() - frozen
        private_pulse.thaw()
        assert _soon(lambda: _hears(private_pulse, "speaker"))
    assert noticed < 1.5  # what the server had asked for before it stood still counts too


def test_the_microphone_survives_its_unplugging_too(private_pulse: Pulse, tmp_path: Path):
    """It hears before, and again with the next device."""
    with running(private_pulse, "source", "-", "9", str(tmp_path / "heard.wav")) as program:
        assert program.line() == {"listening": True}
        for sink in ("mic", "speaker"):
            private_pulse.remove_sink(sink)
        assert "no longer answers" in program.notice()
        assert program.notice().endswith("looking for one")
        private_pulse.add_sink("mic")
        lines = program.lines()
    assert lines[-1]["done"]["frames"] > 50
    assert read_wav(tmp_path / "heard.wav").size > RATE


def test_nobody_listens_to_who_may_not_speak(private_pulse: Pulse):
    """Off the stage the microphone is let go, and used again on it, muted or not."""
    with running(private_pulse, "stage") as program:
        assert program.process.stdin is not None
        for may_speak, listeners in ((True, 1), (False, 0), (True, 1)):
            assert program.line() == {"may_speak": may_speak}
            assert _soon(lambda wanted=listeners: private_pulse.listeners() == wanted)
            program.process.stdin.write("\n")
            program.process.stdin.flush()
        assert program.line() == {"done": True}


def test_a_microphone_can_be_let_go_while_muted(private_pulse: Pulse):
    """The system sees that nobody listens, and somebody again when one is unmuted."""
    with running(private_pulse, "release") as program:
        assert program.process.stdin is not None
        for is_open, listeners in ((False, 0), (True, 1), (False, 0)):
            assert program.line() == {"open": is_open}
            assert _soon(lambda wanted=listeners: private_pulse.listeners() == wanted)
            program.process.stdin.write("\n")
            program.process.stdin.flush()
        assert program.line() == {"done": True}


def test_a_loudspeaker_that_this_machine_is_too_busy_for_gets_more_latency(private_pulse: Pulse):
    """After a few blocks that came too late it is opened again, and has twice the time. What it
    still held is played."""
    with running(private_pulse, "strain") as program:
        answer = program.line()
    assert answer == {"before": 0.02, "after": 0.04, "running": True, "left": 0}


def test_a_device_with_another_rate_and_two_channels_plays(private_pulse: Pulse):
    """44.1 kHz stereo is all that this sink has."""
    private_pulse.add_sink("old", "format=s16le rate=44100 channels=2 norewinds=1")
    private_pulse.make_default("old")
    with running(private_pulse, "sink", "-", "3") as program:
        assert program.line() == {"playing": True}
        assert _hears(private_pulse, "old", 1.0)
