"""tui-rooms commands run for one server, and the main job done with them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.speech import read_wav, speak_to_file
from tests.support.waiting import wait_until
from tui_rooms.audio.frames import RATE, Samples

LEAD_SECONDS = 4
"""Silence in a spoken file before the first word: time for a recorder to start and connect."""


class Commands:
    """Runs commands in a directory of their own."""

    def __init__(self, url: str, directory: Path) -> None:
        """`url` is the server's."""
        self.directory = directory
        self._url = url
        self._environment = private_environment(directory / "home")

    def start(self, command: str, *words: str) -> "subprocess.Popen[str]":
        """Start one; `finish` ends it and has its output."""
        return subprocess.Popen(
            [TUI_ROOMS, command, *words, "--server", self._url],
            env=self._environment,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rooms(self) -> Sequence[str]:
        """The ids of the rooms that the server lists, without a command's start for each look."""
        return [room["room"] for room in call(f"{self._url}/api/rooms").body["rooms"]]

    def speak_and_record(self, text: str, voice: str, room: str) -> tuple[Samples, Samples]:
        """Speak into a room by one command while another records it.

        Returns:
            What was said, and the recording: of exactly the seconds asked for, or it is an
            AssertionError.
        """
        said = speak_to_file(text, self.directory / "said.wav", voice, lead=LEAD_SECONDS)
        seconds = LEAD_SECONDS + len(said) // RATE + 1
        return said, self.recorded("said.wav", seconds, room)

    def recorded(self, file: str, seconds: int, room: str) -> Samples:
        """What a recorder hears, for so many seconds, of a file that is spoken beside it."""
        speaker = self.start("speak", file, "--room", room, "--name", "Ana")
        wait_until(
            lambda: speaker.poll() is not None or room in self.rooms(), f"the room {room}", 20
        )
        out = f"{room}.wav"
        recorder = self.start("record", out, "--room", room, "--seconds", str(seconds))
        finish(speaker, seconds + 20)
        finish(recorder, seconds + 20)
        recording = read_wav(self.directory / out)
        assert len(recording) == seconds * RATE
        return recording


def finish(process: "subprocess.Popen[str]", seconds: float) -> str:
    """Wait for a command that should succeed; its output."""
    with process:
        try:
            out, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
    assert process.returncode == 0, f"{process.args!r} → {process.returncode}\n{out}\n{errors}"
    return out
