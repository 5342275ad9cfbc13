"""Another loudspeaker and another microphone while a room goes on, chosen on the real screen."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.client.sounds import strength, tone
from tests.support.commands import finish
from tests.support.program import TUI_ROOMS
from tests.support.pulse import LOUDSPEAKER, MICROPHONE, Pulse
from tests.support.server import Server
from tests.support.speech import read_wav, write_wav
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tui_rooms.audio.frames import RATE, Samples
from tui_rooms.client.sound.cues import TONES_HZ
from tui_rooms.tui.settings.choices import choices
from tui_rooms.tui.settings.schema import Settings

HERS, HIS, ECHO = 440, 880, 620
"""Hertz: what the other one says, what one says, what one tries out."""
UNTOUCHED = {
    f"TUI_ROOMS_AUDIO_{name}": "false"
    for name in ("ECHO_CANCELLATION", "NOISE_SUPPRESSION", "GAIN_CONTROL", "HIGH_PASS")
}
"""A steady tone is what noise suppression takes out."""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A tmux server of its own."""
    with Terminal() as running:
        yield running


def hears(pulse: Pulse, sink: str, hertz: float, seconds: float = 0.6) -> bool:
    """Whether a tone arrives in a sink now."""
    with pulse.capture(sink) as capture:
        wait_until(lambda: capture.seconds >= seconds, f"{seconds} s of sound from {sink}")
    return strength(capture.samples[-RATE // 5 :], hertz) > 0.2


def loudest(heard: Samples, hertz: float) -> float:
    """How strong a tone is where it is strongest, for 50 ms, wherever these begin."""
    piece, step = RATE // 20, RATE // 200
    starts = range(0, heard.size - piece + 1, step)
    return max(strength(heard[start : start + piece], hertz) for start in starts)


@contextmanager
def sounding(pulse: Pulse, sink: str, hertz: float, file: Path) -> Iterator[None]:
    """A tone plays into a sink inside the block."""
    write_wav(file, tone(hertz, 20))
    with running(["paplay", f"--device={sink}", str(file)], pulse.environment):
        yield


def marked(screen: str) -> str:
    """The line with the mark of a question, if there is one."""
    return next((line.strip("│ ") for line in screen.splitlines() if "◉" in line), "")


def pick(terminal: Terminal, setting: str, device: str) -> None:
    """Choose a device in the settings."""
    terminal.wait_for("Settings")
    every = choices(Settings(), themes=(), microphones=(), loudspeakers=())
    names = [one.name for one in every]
    terminal.send("Home", *["Down"] * names.index(setting))
    terminal.wait_for(
        lambda screen: any(f" {setting} " in x and "‹" in x for x in screen.splitlines())
    )
    terminal.send("Enter")
    seen = marked(terminal.wait_for(f"○ {device}"))
    while device not in seen:
        before = seen
        terminal.send("Down")
        seen = marked(terminal.wait_for(lambda screen, was=before: marked(screen) != was))
    terminal.send("Enter")
    terminal.wait_for(lambda screen: not marked(screen) and device in screen)


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """A program that goes on inside the block."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as one:
        try:
            yield
        finally:
            one.terminate()


@pytest.mark.realtime
def test_devices_change_while_the_room_goes_on(
    server: Server, private_pulse: Pulse, terminal: Terminal, tmp_path: Path
):
    """What the room says moves to the new loudspeaker, what one says comes from the new
    microphone; one hears oneself on both of them when one tries, and the cue of the opening."""
    pulse = private_pulse
    for sink in ("headset", "desk"):
        pulse.add_sink(sink)
    pulse.name_devices(headset="headset", desk="desk.monitor")
    his = pulse.environment_with(microphone=MICROPHONE, loudspeaker=LOUDSPEAKER)
    del his["PULSE_SOURCE"], his["PULSE_SINK"]  # they would go before the device's own name
    program = [str(TUI_ROOMS), server.url, "--name", "Ben"]
    terminal.start(program, {**his, **UNTOUCHED}, 100, 40)
    terminal.wait_for("No rooms are open")
    terminal.send("n")
    terminal.wait_for("What is it about?")
    terminal.type("Tea")
    terminal.send("Enter")
    terminal.wait_for("MIC MUTED")

    write_wav(tmp_path / "hers.wav", tone(HERS, 60))
    words = ["--room", "tea", "--server", server.url]
    speak = [str(TUI_ROOMS), "speak", str(tmp_path / "hers.wav"), *words, "--name", "Ana"]
    heard = tmp_path / "heard.wav"
    record = [str(TUI_ROOMS), "record", str(heard), *words, "--seconds", "3"]
    with running(speak, his):
        terminal.wait_for("Ana")
        wait_until(lambda: hears(pulse, LOUDSPEAKER, HERS), "Ana in the first loudspeaker")

        terminal.send(",")
        pick(terminal, "loudspeaker", "headset")
        wait_until(lambda: hears(pulse, "headset", HERS), "Ana in the other loudspeaker")
        assert not hears(pulse, LOUDSPEAKER, HERS)

        pick(terminal, "microphone", "desk")
        with sounding(pulse, "desk", ECHO, tmp_path / "echo.wav"):
            terminal.send("h")
            terminal.wait_for("you hear it")
            wait_until(lambda: hears(pulse, "headset", ECHO), "oneself in the loudspeaker")
        terminal.send(",")
        terminal.wait_for(lambda screen: "Settings" not in screen)
        with pulse.capture("headset") as capture:
            terminal.send("m")
            terminal.wait_for("MIC OPEN")
            so_far = capture.seconds
            wait_until(lambda: capture.seconds > so_far + 0.6, "the cue")
        assert loudest(capture.samples, max(TONES_HZ[True])) > 0.1, "one hears that it has opened"
        with sounding(pulse, "desk", HIS, tmp_path / "his.wav"):
            recording = subprocess.Popen(record, env=his, stdout=subprocess.PIPE, text=True)
            finish(recording, 30)
    samples = read_wav(heard)
    assert strength(samples[-RATE:], HIS) > 0.2, "his voice from the new microphone"
