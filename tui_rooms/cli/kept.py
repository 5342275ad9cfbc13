"""Where commands that sit in a room keep who they are there, for their next run if they die."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rooms.client.kept.returning import Keeping


def keeping(program: str) -> "Keeping":
    """For that command; no other takes up what it leaves behind.

    What is wrong with a file is said; that nothing can be kept is no matter to a program that may
    run where there is no home at all.
    """
    from tui_rooms.client.kept.returning import Keeping
    from tui_rooms.client.kept.sessions import KeptSessions
    from tui_rooms.tui.settings.places import sessions_path

    return Keeping(sessions=KeptSessions(sessions_path(), tell=_say), program=program)


def _say(sentence: str) -> None:
    print(f"tui-rooms: {sentence}", file=sys.stderr)
