"""`--plain`: rooms as lines of text."""

import logging
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import Exit

if TYPE_CHECKING:
    from tui_rooms.tui.model.server_choice import Connect
    from tui_rooms.tui.settings.schema import Settings


def run_plain(connect: "Connect", settings: "Settings") -> int:
    """Read lines and say lines until `quit`, or the end of the input."""
    from tui_rooms.cli.logs import log_file
    from tui_rooms.cli.standard_input import standard_input
    from tui_rooms.tui.plain.session import PlainSession
    from tui_rooms.tui.settings.places import sessions_path, volumes_path

    logging.basicConfig(filename=log_file("tui-rooms"))
    PlainSession(
        connect,
        settings,
        lambda line: print(line, flush=True),
        volumes=volumes_path(),
        sessions=sessions_path(),
    ).run(standard_input())
    return Exit.OK
