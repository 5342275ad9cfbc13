"""`tui-rooms` alone: the server that comes with it."""

import json
import os
import signal
import socket
import threading
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
        self.log = Path(self.environment["XDG_STATE_HOME"], "tui-rooms", "log", "server.log")

    def read(self) -> dict[str, object]:
        """URL and process id, once it runs."""
        wait_until(self.state.exists, "the state file of the own server")
        content: dict[str, object] = json.loads(self.state.read_text())
        return content

    def end(self) -> None:
        """End it, when it runs."""
        # 0 is what a test wrote there, and to the system our own process group.
        if self.state.exists() and (pid := int(str(self.read()["pid"]))):
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not self.state.exists(), "the end of the own server")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnServer]:
    """Surroundings whose own server is ended after the test."""
    server = OwnServer(tmp_path)
    yield server
    server.end()


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


@pytest.mark.parametrize(
    "words", [b"220 mail.example.org ESMTP\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"]
)
def test_a_stale_state_file_whose_port_is_somebody_elses_is_no_obstacle(
    own: OwnServer, words: bytes
):
    """What answers there now is no server of ours, whatever it speaks."""

    def answer() -> None:
        visitor, _ = door.accept()
        with visitor:
            visitor.recv(4096)
            visitor.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as door, Terminal() as ana:
        threading.Thread(target=answer, daemon=True).start()
        stranger = f"http://127.0.0.1:{door.getsockname()[1]}"
        own.state.parent.mkdir(parents=True, exist_ok=True)
        own.state.write_text(json.dumps({"url": stranger, "pid": 0}))
        ana.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
        ana.wait_for("No rooms are open")
        assert own.read()["url"] != stranger


def test_the_own_server_is_found_where_a_proxy_is_set(own: OwnServer):
    """No proxy is asked for what runs on this machine, so both see the same lobby."""
    # Nobody listens there; and nothing is exempt by its name.
    environment = {**own.environment, "http_proxy": "http://127.0.0.1:9"}
    with Terminal() as ana, Terminal() as ben:
        ana.start([str(TUI_ROOMS), "--name", "Ana"], environment)
        ana.wait_for("No rooms are open")
        first = own.read()
        ben.start([str(TUI_ROOMS), "--name", "Ben"], environment)
        ben.wait_for("No rooms are open")
        assert own.read() == first


def test_a_long_log_is_put_aside_and_a_short_one_goes_on(own: OwnServer):
    """What a server said can still be read when the next one runs, and it takes no more room
    than two files."""
    own.log.parent.mkdir(parents=True)
    aside = own.log.with_name("server.old.log")
    for before, kept_in in (("short\n", own.log), ("long\n" * 300_000, aside)):
        own.log.write_text(before)
        with Terminal() as ana:
            ana.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
            ana.wait_for("No rooms are open")
        assert kept_in.read_text().startswith(before)
        own.end()
    assert own.log.stat().st_size < 100_000


def test_a_server_that_is_gone_is_told_in_the_lobby(own: OwnServer):
    """No traceback: the address, and what to do."""
    with Terminal() as ana:
        ana.start([str(TUI_ROOMS), "127.0.0.1:9", "--name", "Ana"], own.environment)
        screen = ana.wait_for("127.0.0.1:9")
        assert "Traceback" not in ana.wait_for(lambda text: "try again" in text.lower()) + screen
