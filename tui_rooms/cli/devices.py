"""List the microphones and loudspeakers that PortAudio knows."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.audio.cards.listing import DeviceInfo

NONE_FOUND = (
    "no sound devices. Plug one in, or start the sound server and install its ALSA plugin with: "
    "apt install libasound2-plugins (Debian)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--json", action="store_true", help="as JSON, with all that is known")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    from tui_rooms.audio.cards.listing import list_devices
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
    """One device for people: what it is called, its host API, what it is good for, defaults
    marked."""
    uses = [
        f"{word}{' (default)' if default else ''}"
        for word, label, default in (
            ("microphone", device.microphone, device.default_input),
            ("loudspeaker", device.loudspeaker, device.default_output),
        )
        if label
    ]
    if device.microphone and device.loudspeaker and device.microphone != device.loudspeaker:
        # Others have its name as one of the two only.
        uses[1] = f'as "{device.loudspeaker}" {uses[1]}'
    called = device.microphone or device.loudspeaker or device.name
    api = f"[{device.host_api}]"
    return f"{called}{'' if api in called else f'  {api}'}  {', '.join(uses)}"
