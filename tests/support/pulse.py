"""A sound card for tests: a PulseAudio of our own, with null sinks for microphone and loudspeaker.

What is played into the sink `mic` is what programs hear from their default microphone; what they
play on their default loudspeaker arrives in the sink `speaker`, and is captured from its monitor.
PortAudio gets there through ALSA's pulse plugin. The user's own sound server is never touched.
"""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.program import private_environment
from tests.support.speech import write_wav
from tests.support.tools import require_library, require_tool
from tests.support.waiting import wait_until
from tui_rooms.audio.frames import RATE, Samples

MICROPHONE = "mic"
LOUDSPEAKER = "speaker"
# norewinds: blocks of at most 50 ms; without it an idle sink runs in blocks of 2 s, and whoever
# listens first hears nothing, then a jump, until such a block is over.
_SINK_FORMAT = f"format=s16le rate={RATE} channels=1 channel_map=mono norewinds=1"


class Pulse:
    """A running PulseAudio daemon; `environment` is what a program needs to use it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._socket = directory / "native"
        home = directory / "home"
        self.environment = private_environment(home) | {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_RUNTIME_PATH": str(home / "run"),
        }
        """For subprocesses: a home with an .asoundrc that makes `pulse` the default device."""
        (home / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n")
        self._log = (directory / "pulseaudio.log").open("wb")
        self._daemon = subprocess.Popen(
            self._command_line(),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.close()
            raise

    def environment_with(self, *, microphone: str, loudspeaker: str) -> dict[str, str]:
        """The environment of a program whose default devices are other sinks of this daemon."""
        return self.environment | {
            "PULSE_SOURCE": f"{microphone}.monitor",
            "PULSE_SINK": loudspeaker,
        }

    def add_sink(self, name: str, form: str = _SINK_FORMAT) -> None:
        """One more null sink; its sound can be captured, or be a microphone's."""
        self._control("load-module", "module-null-sink", f"sink_name={name}", *form.split())

    def remove_sink(self, name: str) -> None:
        """Unplug a sink."""
        for line in self._control("list", "short", "modules").stdout.splitlines():
            if f"sink_name={name} " in line + " ":
                self._control("unload-module", line.split()[0])

    def add_microphone(self, name: str, sink: str = MICROPHONE) -> None:
        """A default microphone that hears what is played into a sink, for programs that know a
        monitor when they see one and do not take it for a microphone."""
        self._control(
            "load-module", "module-remap-source", f"source_name={name}", f"master={sink}.monitor"
        )
        self._control("set-default-source", name)

    def make_default(self, sink: str) -> None:
        """What programs play to that have not chosen."""
        self._control("set-default-sink", sink)

    def name_devices(self, **sinks: str) -> None:
        """Give PortAudio devices of these names; each is a sink, and its monitor a microphone."""
        with (self._directory / "home" / ".asoundrc").open("a") as file:
            for name, sink in sinks.items():
                file.write(f"pcm.{name} {{ type pulse device {sink} }}\n")

    def listeners(self) -> int:
        """How many programs have a microphone open."""
        return len(self._control("list", "short", "source-outputs").stdout.splitlines())

    def freeze(self) -> None:
        """The sound server stands still, as if its hardware did."""
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """And goes on."""
        self._daemon.send_signal(signal.SIGCONT)

    def play(self, samples: Samples, sink: str = MICROPHONE) -> None:
        """Play into a sink, in real time; returns when the last sample is out.

        Args:
            samples: shape (n,), 48 kHz mono.
        """
        file = self._directory / f"play-{sink}.wav"
        write_wav(file, samples)
        self.play_file(file, sink)

    def play_file(self, file: Path, sink: str = MICROPHONE) -> None:
        """The same for a .wav, whose channels need not be alike."""
        subprocess.run(
            [require_tool("paplay", "pulseaudio-utils"), f"--device={sink}", str(file)],
            env=self.environment,
            check=True,
            timeout=60,
        )

    @contextlib.contextmanager
    def capture(self, sink: str = LOUDSPEAKER) -> Iterator["Capture"]:
        """Record all that a sink plays inside the `with` block."""
        file = self._directory / f"capture-{sink}.raw"
        with file.open("wb") as out:
            recorder = subprocess.Popen(
                [
                    require_tool("parec", "pulseaudio-utils"),
                    f"--device={sink}.monitor",
                    "--raw",
                    "--format=s16le",
                    f"--rate={RATE}",
                    "--channels=1",
                    "--latency-msec=20",
                ],
                env=self.environment,
                stdout=out,
            )
        capture = Capture(file)
        try:
            # The monitor of a null sink always runs: its first bytes mean that recording is on.
            wait_until(lambda: file.stat().st_size > 0, f"sound from {sink}.monitor")
            yield capture
        finally:
            recorder.terminate()
            recorder.wait(10)
            capture.samples = np.fromfile(file, "<i2").astype(np.int16)

    def close(self) -> None:
        """End the daemon."""
        self.thaw()
        self._daemon.terminate()
        try:
            self._daemon.wait(5)
        except subprocess.TimeoutExpired:
            self._daemon.kill()
            self._daemon.wait()
        self._log.close()

    def _command_line(self) -> list[str]:
        modules = [
            f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
            f"module-null-sink sink_name={MICROPHONE} {_SINK_FORMAT}",
            f"module-null-sink sink_name={LOUDSPEAKER} {_SINK_FORMAT}",
        ]
        return [
            require_tool("pulseaudio"),
            "-n",  # nothing of the system's configuration: no cards, no D-Bus
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--disable-shm=yes",  # containers have a small /dev/shm
            "--high-priority=no",
            "--realtime=no",
            "--use-pid-file=no",
            "--log-target=stderr",
            *(f"--load={module}" for module in modules),
        ]

    def _wait_until_it_answers(self) -> None:
        def answers_or_ended() -> bool:
            ended = self._daemon.poll() is not None
            return ended or self._control("info", check=False).returncode == 0

        wait_until(answers_or_ended, "the private PulseAudio")
        if self._daemon.poll() is not None:
            log = (self._directory / "pulseaudio.log").read_text(errors="replace")
            raise AssertionError(f"the private PulseAudio did not start; it said:\n{log}")
        self._control("set-default-source", f"{MICROPHONE}.monitor")
        self._control("set-default-sink", LOUDSPEAKER)

    def _control(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [require_tool("pactl", "pulseaudio-utils"), *words],
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
            timeout=10,
        )


class Capture:
    """A recording of a sink."""

    samples: Samples
    """Shape (n,), 48 kHz mono; there once the `with` block has ended."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def seconds(self) -> float:
        """How much has been recorded by now."""
        return self._file.stat().st_size / (2 * RATE)


@pytest.fixture
def private_pulse() -> Iterator[Pulse]:
    """A sound card with `mic` and `speaker`, for one test."""
    require_library("portaudio", "libportaudio2")
    # Not pytest's tmp_path: the path of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pulse-") as directory:
        pulse = Pulse(Path(directory))
        try:
            yield pulse
        finally:
            pulse.close()
