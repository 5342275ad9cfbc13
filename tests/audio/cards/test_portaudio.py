"""PortAudio itself, when it does not start."""

import subprocess
import sys

from tests.support.pulse import Pulse

ONCE_WITHOUT_MEMORY = """
import sounddevice
from tui_rooms.audio.cards import portaudio
from tui_rooms.audio.cards.listing import list_devices
from tui_rooms.audio.errors import DeviceError

initialize, failures = sounddevice._initialize, [sounddevice.PortAudioError("no memory", -9992)]

def initialize_later():
    if failures:
        raise failures.pop()
    initialize()

list_devices()
sounddevice._initialize = initialize_later
portaudio.ask_for_rescan()
try:
    list_devices()
except DeviceError as failed:
    print(failed.code)
print(*(device.name for device in list_devices()))
"""


def test_what_did_not_start_once_is_started_at_the_next_try(private_pulse: Pulse) -> None:
    """It had been ended to look for new devices, and must not be ended a second time."""
    done = subprocess.run(
        [sys.executable, "-c", ONCE_WITHOUT_MEMORY],
        env=private_pulse.environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    code, *names = done.stdout.split()
    assert code == "device-failed"
    assert "default" in names
