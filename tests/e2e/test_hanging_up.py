"""A terminal that is closed, and a program that is told to end: one leaves the room."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tui_rooms.server.rooms.away import AWAY_GRACE

AT_ONCE = AWAY_GRACE / 2
"""Seconds; who has only lost the connection is kept on the stage for twice as long."""


@pytest.fixture
def both(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Terminal, Terminal]]:
    """Ana's terminal and Ben's, both on the stage; the parameter is what Ben's shell does."""
    program = [str(TUI_ROOMS), server.url, "--name"]
    with ExitStack() as stack:
        ana, ben = stack.enter_context(Terminal()), stack.enter_context(Terminal())
        ana.start([*program, "Ana"], private_environment(tmp_path / "Ana"))
        ana.wait_for("No rooms are open")
        ana.send("n")
        ana.wait_for("What is it about?")
        ana.type("Harbour")
        ana.send("Enter")
        ana.wait_for("ON STAGE 1")
        ben.start(
            ["sh", "-c", request.param, "sh", *program, "Ben"],
            private_environment(tmp_path / "Ben"),
        )
        ben.wait_for("Harbour")
        ben.send("Enter")
        ben.wait_for("ON STAGE 2")
        ana.wait_for("ON STAGE 2")
        yield ana, ben


@pytest.mark.parametrize(
    "both", ['exec "$@"', "trap '' HUP; exec \"$@\""], indirect=True, ids=["window", "nohup"]
)
def test_with_the_terminal_one_leaves_the_room(both: tuple[Terminal, Terminal]) -> None:
    """Whether the program is told of it or has to notice: the others see it at once, and it ends
    instead of reading nothing for ever."""
    ana, ben = both
    started = Path("/proc", str(ben.pid))
    ben.close()
    ana.wait_for("ON STAGE 1", AT_ONCE)
    wait_until(lambda: not runs(started), "the program's end")


@pytest.mark.parametrize("both", ['"$@"; echo ended with $?; read _'], indirect=True, ids=["kill"])
def test_told_to_end_one_leaves_the_room_and_the_terminal(both: tuple[Terminal, Terminal]) -> None:
    """In order, as with the key for it."""
    ana, ben = both
    shell = ben.pid
    program = int(Path(f"/proc/{shell}/task/{shell}/children").read_text())
    os.kill(program, signal.SIGTERM)
    ana.wait_for("ON STAGE 1", AT_ONCE)
    ben.wait_for("ended with 0")
    assert ben.asked("alternate_on") == "0", "the shell's own screen is back"


def runs(process: Path) -> bool:
    """Whether that directory of /proc is of a program that has not ended."""
    try:
        return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
