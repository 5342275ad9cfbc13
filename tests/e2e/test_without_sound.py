"""Machines without a sound card: the room works, and the host moderates."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.dialogue import dialogue
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tests.support.terminal import Terminal

_NO_PORTAUDIO = """
import ctypes.util, runpy, sys
find = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if name == "portaudio" else find(name)
sys.argv = ["tui-rooms", *sys.argv[1:]]
runpy.run_module("tui_rooms", run_name="__main__")
"""
# sounddevice asks the system for the library by its name; here the system says there is none.

PROGRAMS = {
    "without PortAudio": [sys.executable, "-c", _NO_PORTAUDIO],
    "without a card": [str(TUI_ROOMS)],
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_host_without_sound_moderates(server: Server, tmp_path: Path, program: list[str]):
    """The header says that listening is off, the notice what to install, and `u` mutes Ben."""
    with Terminal() as ana, dialogue(server.url, name="Ben") as ben:
        environment = private_environment(tmp_path)
        ana.start([*program, server.url, "--name", "Ana"], environment)
        ana.wait_for("No rooms are open")
        ana.send("n")
        ana.wait_for("What is it about?")
        ana.type("Harbour")
        ana.send("Enter")
        ana.wait_for("no sound device: listening off")
        ana.wait_for("apt install")
        ben.ask("join_room", room="harbour", media=False)
        ben.do("unmute")
        ana.wait_for("mic open")
        ana.send("Right", "Right")  # past herself
        ana.wait_for("mute Ben")
        ana.send("u")
        assert ben.event("muted")["identity"] == ben.welcome["identity"]
        ana.wait_for(lambda screen: "mic open" not in screen)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_devices_says_what_to_install(tmp_path: Path, program: list[str]):
    """Exit code 5 and one sentence."""
    done = subprocess.run(
        [*program, "devices"],
        env=private_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 5
    assert "apt install" in done.stderr
    assert "Traceback" not in done.stderr
