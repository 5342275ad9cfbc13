"""The sound devices of this moment, found by a process of its own.

PortAudio's list is as old as its start, and it cannot start anew while a device is open.

    python -m tui_rooms.client.devices.scan
"""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Final

from tui_rooms.audio.cards.listing import DeviceInfo, list_devices
from tui_rooms.audio.errors import DeviceError

_TIMEOUT: Final = 10.0


def scan() -> list[DeviceInfo]:
    """All devices now; none when that cannot be found out. Takes a fifth of a second or more."""
    try:
        done = subprocess.run(  # nosec B603 # our own program
            [sys.executable, "-m", "tui_rooms.client.devices.scan"],
            capture_output=True,
            check=True,
            timeout=_TIMEOUT,
        )
        return [DeviceInfo(**device) for device in json.loads(done.stdout)]
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return []


def main() -> None:
    """Print the devices as JSON."""
    try:
        devices = [asdict(device) for device in list_devices()]
    except DeviceError:
        devices = []
    sys.stdout.write(json.dumps(devices))


if __name__ == "__main__":
    main()
