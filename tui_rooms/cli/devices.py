"""List the microphones and loudspeakers that PortAudio knows."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.audio.cards.devices import DeviceInfo

NONE_FOUND = (
    "no sound devices. Plug one in, or start the sound server and install its ALSA plugin with: "
    "apt install libasound2-plugins (Debian)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--json", action="store_true", help="as JSON, with all that is known")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    from tui_rooms.audio.cards.devices import list_devices
    from tui_rooms.audio.errors import DeviceError

    try:
        devices = list_devices()
    except DeviceError as error:
        raise CommandError(Exit.NO_SOUND, error.sentence) from error
    if args.json:
        print(json.dumps([asdict(device) for device in devices]))
    elif not devices:
        raise CommandError(Exit.NO_SOUND, NONE_FOUND)
    else:
        for device in devices:
            print(line(device))
    return Exit.OK


def line(device: "DeviceInfo") -> str:
    """One device for people: what it is good for, its name, its host API, defaults marked."""
    uses = [
        f"{word}{' (default)' if default else ''}"
        for word, channels, default in (
            ("microphone", device.inputs, device.default_input),
            ("loudspeaker", device.outputs, device.default_output),
        )
        if channels
    ]
    return f"{device.name}  [{device.host_api}]  {', '.join(uses)}"
