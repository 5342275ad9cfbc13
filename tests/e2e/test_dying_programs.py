"""Programs that are killed while they are in a room, and started again."""

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_own_server import OwnServer
from tests.support.dialogue import Dialogue, dialogue
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tests.support.speech import speak_to_file
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnServer]:
    """Surroundings whose own server is ended after the test."""
    server = OwnServer(tmp_path)
    yield server
    server.end()


def on_stage(watcher: Dialogue, room: str) -> list[str]:
    """Who is on a room's stage, for somebody with a host's rights."""
    people = watcher.ask("list_participants", room=room)["participants"]
    return [who["identity"] for who in people if who["role"] != "listener"]


def kept_files(environment: dict[str, str]) -> list[Path]:
    """What is kept in that home."""
    return list(Path(environment["XDG_STATE_HOME"], "tui-rooms", "sessions").glob("*.json"))


def open_room(terminal: Terminal, environment: dict[str, str], *server: str, title: str) -> None:
    """Ana's screen, and she as host in a room that she has made."""
    terminal.start([str(TUI_ROOMS), *server, "--name", "Ana"], environment)
    terminal.wait_for("No rooms are open")
    terminal.send("n")
    terminal.wait_for("What is it about?")
    terminal.type(title)
    terminal.send("Enter")
    terminal.wait_for("YOU · HOST")


def host_again(terminal: Terminal, environment: dict[str, str], *server: str, title: str) -> None:
    """Ana's screen again: she is told of the room, goes in, and is its host."""
    terminal.start([str(TUI_ROOMS), *server, "--name", "Ana"], environment)
    terminal.wait_for(f"“{title}” goes on without you")
    terminal.send("Enter")
    terminal.wait_for("YOU · HOST")


class Plain:
    """`--plain` in a process of its own."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [TUI_ROOMS, "--plain", "--no-sound", "--name", "Ana", *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def types(self, line: str) -> None:
        """A line, and Enter."""
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def reads(self, words: str) -> None:
        """Wait for a line with these words."""
        wait_until(lambda: any(words in line for line in list(self.lines)), f"{words!r}", 15)

    def ends(self, number: int | None = None) -> None:
        """Wait for the end, of a signal if one is given."""
        if number is not None:
            self.process.send_signal(number)
        self.process.wait(15)
        self._reader.join(15)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))


@contextlib.contextmanager
def plain(environment: dict[str, str], *arguments: str) -> Iterator[Plain]:
    """It is ended with the block."""
    program = Plain(environment, *arguments)
    try:
        yield program
        program.types("quit")
        program.ends()
    finally:
        program.process.kill()
        program.ends()
        print(*program.lines)


def test_a_host_in_lines_is_host_again(server: Server, tmp_path: Path):
    """Killed, started, gone in again; then left properly, after which nothing is kept."""
    environment = private_environment(tmp_path)
    first = Plain(environment, server.url)
    first.reads("no rooms are open")
    first.types("new Tea")
    first.reads("  Ana (you), host, muted")
    (file,) = kept_files(environment)
    assert file.stat().st_mode & 0o777 == 0o600
    first.ends(signal.SIGKILL)
    with plain(environment, server.url) as second:
        second.reads("“Tea” goes on without you: go in, and you are who you were there.")
        second.types("join 1")
        second.reads("you are back as who you were here")
        second.reads("  Ana (you), host, muted")
        second.types("title Green tea")
        second.types("leave")
        second.reads("you have left the room")
        wait_until(lambda: not kept_files(environment), "nothing to be kept")
    assert not any("goes on without you" in line for line in second.lines[5:])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_told_to_end_one_has_not_left_for_good(
    server: Server, tmp_path: Path, number: signal.Signals
):
    """By a service manager or a lost SSH session; Ctrl-C is its person's own wish."""
    environment = private_environment(tmp_path)
    first = Plain(environment, server.url)
    first.reads("no rooms are open")
    first.types("new Tea")
    first.reads("  Ana (you), host, muted")
    first.ends(number)
    assert len(kept_files(environment)) == (number != signal.SIGINT)
    with plain(environment, server.url) as second:
        second.reads("1. Tea")
        second.types("join 1")
        second.reads("  Ana (you), " + ("host" if number != signal.SIGINT else "speaker"))


def test_a_host_whose_terminal_is_closed_is_host_again(server: Server, tmp_path: Path):
    """The screen leaves at once, and the next one is who it was."""
    environment = private_environment(tmp_path)
    with Terminal() as first, Terminal() as second:
        open_room(first, environment, server.url, title="Harbour")
        first.close()
        host_again(second, environment, server.url, title="Harbour")
        second.send("q", "e")
        second.wait_for("No rooms are open")
        wait_until(lambda: not kept_files(environment), "the file to be gone")


def test_a_host_at_the_screen_is_host_again_though_the_server_died_too(own: OwnServer):
    """The server of one's own has another port then; the room and its host are the same."""
    with Terminal() as first, Terminal() as second:
        open_room(first, own.environment, title="Harbour")
        os.kill(first.pid, signal.SIGKILL)
        os.kill(int(str(own.read()["pid"])), signal.SIGKILL)
        first.wait_for_end()
        host_again(second, own.environment, title="Harbour")


def test_two_screens_of_one_user_are_two_people_after_one_died(own: OwnServer):
    """The one that lives stays who it is; the one that comes is who died."""
    with Terminal() as ana, Terminal() as ben, Terminal() as again:
        open_room(ana, own.environment, title="Quay")
        ben.start([str(TUI_ROOMS), "--name", "Ana"], own.environment)
        ben.wait_for("Quay")
        ben.send("Enter")
        ben.wait_for("ON STAGE 2")
        os.kill(ana.pid, signal.SIGKILL)
        host_again(again, own.environment, title="Quay")
        assert "YOU · HOST" not in ben.wait_for("ON STAGE 2")


def test_a_speaker_that_is_killed_goes_on_as_itself(server: Server, tmp_path: Path):
    """`speak` started again is who it was; no other program of that name is."""
    speak_to_file("Good morning.", tmp_path / "said.wav")
    environment = private_environment(tmp_path)
    command = [TUI_ROOMS, "speak", tmp_path / "said.wav", "--room", "tea", "--server", server.url]
    with dialogue(server.url, token=server.host_token) as watcher:
        first = subprocess.Popen([*command, "--loop"], env=environment, stderr=subprocess.DEVNULL)
        wait_until(lambda: kept_files(environment), "the file of the first", 20)
        (identity,) = on_stage(watcher, "tea")
        first.kill()
        first.wait()
        record = [TUI_ROOMS, "record", tmp_path / "heard.wav", "--seconds", "1", *command[3:]]
        subprocess.run(record, env=environment, check=True, timeout=60)
        assert len(kept_files(environment)) == 1
        done = subprocess.run(
            [*command, "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert json.loads(done.stdout)["identity"] == identity
    assert "you are back as who you were here" in done.stderr
    assert kept_files(environment) == []


def test_where_nothing_can_be_kept_all_goes_on(server: Server, tmp_path: Path):
    """Said once in lines; commands, which may run where there is no home, say nothing of it."""
    environment = private_environment(tmp_path)
    in_the_way = Path(environment["XDG_STATE_HOME"], "tui-rooms", "sessions")
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("")
    speak_to_file("Good morning.", tmp_path / "said.wav")
    command = [TUI_ROOMS, "speak", tmp_path / "said.wav", "--room", "tea", "--server", server.url]
    spoken = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert spoken.stderr == ""
    with plain(environment, server.url) as ana:
        for number, title in enumerate(("Green", "Black"), start=1):
            wait_until(lambda: sum("connected to" in line for line in ana.lines) == number, "lobby")  # noqa: B023
            ana.types(f"new {title}")
            ana.reads(f"in the room {title}")
            ana.types("end")
        wait_until(lambda: sum("connected to" in line for line in ana.lines) == 3, "the lobby")
        (sentence,) = (line for line in ana.lines if "If tui-rooms dies" in line)
        assert f"it cannot keep in {in_the_way} who you are (File exists)" in sentence
