"""Print the settings: every one, what it means, its environment variable, and what holds now.

Servers, keys, themes and tokens are not printed.
"""

import argparse

from tui_rooms.cli.exits import CommandError, Exit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--path", action="store_true", help="print where the settings file is")


def run(args: argparse.Namespace) -> int:
    """Print them as a settings file; nothing is written."""
    from tui_rooms.tui.settings.errors import SettingsError
    from tui_rooms.tui.settings.places import settings_path
    from tui_rooms.tui.settings.reading import read_settings
    from tui_rooms.tui.settings.writing import documented

    if args.path:
        print(settings_path())
        return Exit.OK
    try:
        print(documented(read_settings()), end="")
    except SettingsError as error:
        raise CommandError(Exit.USAGE, error.sentence) from error
    return Exit.OK
