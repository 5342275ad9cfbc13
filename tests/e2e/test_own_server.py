"""`tui-rooms` alone: the server that comes with it."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dialogue import dialogue
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until


class OwnServer:
    """The state file of the surroundings in which the program runs."""

    def __init__(self, home: Path) -> None:
        self.environment = private_environment(home)
        self.state = Path(self.environment["XDG_RUNTIME_DIR"], "tui-rooms", "server.json")

    def read(self) -> dict[str, object]:
        """URL and process id, once it runs."""
        wait_until(self.state.exists, "the state file of the own server")
        content: dict[str, object] = json.loads(self.state.read_text())
        return content


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnServer]:
    """Surroundings whose own server is ended after the test."""
    server = OwnServer(tmp_path)
    yield server
    if server.state.exists():
        os.kill(int(str(server.read()["pid"])), signal.SIGTERM)
        wait_until(lambda: not server.state.exists(), "the end of the own server")


def test_a_second_program_finds_the_server_of_the_first(own: OwnServer):
    """Ana opens a room; Ben, in another terminal, sees it and talks to her."""
    with Terminal() as ana, Terminal() as ben:
        ana.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
        ana.wait_for("No rooms are open")
        ana.send("n")
        ana.wait_for("What is it about?")
        ana.type("Harbour")
        ana.send("Enter")
        ana.wait_for("ON STAGE")
        first = own.read()
        ben.start([str(TUI_ROOMS), "--name", "Ben"], own.environment)
        ben.wait_for("Harbour")
        ben.send("Enter")
        ben.wait_for("ON STAGE 2")
        ana.wait_for("Ben")
        assert own.read() == first
        ben.send("q")
        ben.wait_for("Harbour")
        ana.wait_for("ON STAGE 1")


def test_the_server_outlives_the_program_that_started_it(own: OwnServer):
    """Ana's terminal is closed while Ben is in the room: the room goes on."""
    with Terminal() as ana:
        ana.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
        ana.wait_for("No rooms are open")
        url = str(own.read()["url"])
        with dialogue(url, name="Ben") as ben:
            ben.ask("create_room", room="quay", title="Quay", room_type="open_mic", live=True)
            ben.ask("join_room", room="quay", media=False)
            ana.wait_for("Quay")
            ana.close()
            assert ben.do("unmute")["type"] == "ack"
            assert ben.event("unmuted")["identity"] == ben.welcome["identity"]


def test_a_stale_state_file_is_no_obstacle(own: OwnServer):
    """After a crash the file names a server that is gone; a new one is started."""
    own.state.parent.mkdir(parents=True, exist_ok=True)
    own.state.write_text('{"url": "http://127.0.0.1:9", "pid": 0}')
    with Terminal() as ana:
        ana.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
        ana.wait_for("No rooms are open")
        assert own.read()["url"] != "http://127.0.0.1:9"


def test_a_server_that_is_gone_is_told_in_the_lobby(own: OwnServer):
    """No traceback: the address, and what to do."""
    with Terminal() as ana:
        ana.start([str(TUI_ROOMS), "127.0.0.1:9", "--name", "Ana"], own.environment)
        screen = ana.wait_for("127.0.0.1:9")
        assert "Traceback" not in ana.wait_for(lambda text: "try again" in text.lower()) + screen
