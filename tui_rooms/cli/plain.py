"""`--plain`: rooms as lines of text."""

import logging
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import Exit

if TYPE_CHECKING:
    from tui_rooms.tui.model.server_choice import Connect
    from tui_rooms.tui.settings.schema import Settings


def run_plain(connect: "Connect", settings: "Settings") -> int:
    """Read lines and say lines until `quit`, or the end of the input.

    Raises:
        OutputLostError: nobody can read the lines.
    """
    from tui_rooms.cli.logs import log_file
    from tui_rooms.cli.standard_input import is_attended, lines
    from tui_rooms.cli.standard_output import OutputLostError
    from tui_rooms.tui.model.failure import Failure
    from tui_rooms.tui.plain.session import PlainSession
    from tui_rooms.tui.settings.places import sessions_path, volumes_path

    lost: list[OutputLostError] = []

    def out(line: str) -> None:
        # From any thread: only this one may end the program.
        try:
            if not lost:
                print(line, flush=True)
        except OutputLostError as error:
            lost.append(error)
            session.close()

    logging.basicConfig(filename=log_file("tui-rooms"))
    session = PlainSession(
        connect,
        settings,
        out,
        unattended=not is_attended(),
        volumes=volumes_path(),
        sessions=sessions_path(),
    )
    failure = session.run(lines())
    if lost:
        raise lost[0]
    codes = {
        None: Exit.OK,
        Failure.WRONG_WORDS: Exit.USAGE,
        Failure.REFUSED: Exit.REFUSED,
        Failure.NO_SERVER: Exit.NO_SERVER,
        Failure.FAULT: Exit.FAILED,
    }
    return codes[failure]
