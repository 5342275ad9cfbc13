"""List the microphones and loudspeakers that PortAudio knows."""

import argparse
import json
from dataclasses import asdict

from tui_rooms.cli.exits import CommandError, Exit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--json", action="store_true", help="as JSON, with all that is known")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    from tui_rooms.audio.devices import list_devices
    from tui_rooms.audio.errors import DeviceError

    try:
        devices = list_devices()
    except DeviceError as error:
        raise CommandError(Exit.NO_SOUND, error.sentence) from error
    if args.json:
        print(json.dumps([asdict(device) for device in devices]))
        return Exit.OK
    for device in devices:
        print(device)
    return Exit.OK
