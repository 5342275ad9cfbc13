"""Machines without a home, or with one that nobody can write to."""

import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_own_server import OwnServer
from tests.support.program import TUI_ROOMS
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tui_rooms.cli.embedded import _runtime_directory
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.logs import log_file, see
from tui_rooms.client.checkup import check_terminal
from tui_rooms.tui.settings.places import NOWHERE, settings_path, user_directory
from tui_rooms.tui.settings.reading import read_settings
from tui_rooms.tui.settings.schema import Settings

HOMES = ("/dev/null", "/proc")
"""A file, and a directory in which nobody can make anything, root neither."""
_OF_A_HOME = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnServer]:
    """Surroundings that name no directories but the one for what runs."""
    server = OwnServer(tmp_path)
    for variable in _OF_A_HOME:
        del server.environment[variable]
    server.environment["PULSE_SERVER"] = "unix:/nowhere"
    yield server
    server.end()


@pytest.mark.parametrize("home", HOMES)
def test_lines_are_said_and_rooms_opened_without_a_home(own: OwnServer, home: str):
    """By the own server too, which keeps its rooms beside where it runs."""
    with subprocess.Popen(
        [TUI_ROOMS, "--plain", "--name", "Ana", "--no-sound"],
        env=own.environment | {"HOME": home},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as plain:
        assert plain.stdin is not None
        assert plain.stdout is not None
        said = iter(plain.stdout.readline, "")
        assert any("no rooms are open" in line for line in said)
        plain.stdin.write("new Tea\n")
        plain.stdin.flush()
        assert any("in the room Tea" in line for line in said)
        _, errors = plain.communicate("end\nquit\n", timeout=30)
    assert (plain.returncode, errors) == (Exit.OK, "")


def test_the_screen_needs_no_home(own: OwnServer, tmp_path: Path):
    """Nor a log: there is none then."""
    with Terminal() as terminal:
        # A shell keeps what it ended with: tmux does not learn of every end.
        code = tmp_path / "code"
        shell = ["sh", "-c", '"$0" --name Ana; echo $? > "$1"', str(TUI_ROOMS), str(code)]
        terminal.start(shell, own.environment | {"HOME": "/dev/null"})
        terminal.wait_for("No rooms are open")
        terminal.send("q")
        wait_until(lambda: code.exists() and code.read_text() == "0\n", "its end, with 0")


@pytest.mark.parametrize(
    ("home", "words", "code", "says"),
    [
        ("/dev/null", "settings", Exit.OK, ""),
        ("/nonexistent/of/nobody", "settings", Exit.OK, ""),
        ("/proc", "rooms --server 127.0.0.1:9", Exit.NO_SERVER, "no server at 127.0.0.1:9"),
        ("/dev/null", "token", Exit.USAGE, "/dev/null/.local/share/tui-rooms/server"),
        ("/proc", "serve --port 0", Exit.USAGE, "choose another --data"),
        ("/dev/null", "serve --port 0", Exit.USAGE, "choose another --data"),
    ],
)
def test_what_needs_a_home_says_so_and_nothing_else_does(
    own: OwnServer, home: str, words: str, code: Exit, says: str
):
    """A server that keeps rooms for others is told where they can be kept."""
    done = subprocess.run(
        [TUI_ROOMS, *words.split()],
        env=own.environment | {"HOME": home},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def _forget_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user is a number alone."""

    def nobody(_: int) -> pwd.struct_passwd:
        raise KeyError("getpwuid(): uid not found")

    for variable in ("HOME", "XDG_RUNTIME_DIR", *_OF_A_HOME):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)


@pytest.mark.parametrize("kind", ["config", "state", "data", "cache", "log"])
def test_a_user_without_a_home_has_no_directories(monkeypatch: pytest.MonkeyPatch, kind: str):
    """And none called ~ is made where the program happens to run."""
    _forget_the_home(monkeypatch)
    directory = user_directory(kind)
    assert directory.is_relative_to(NOWHERE)
    with pytest.raises(OSError, match="Not a directory"):
        directory.mkdir(parents=True)


def test_a_user_without_a_home_has_settings_and_no_log(monkeypatch: pytest.MonkeyPatch):
    """The defaults; and what has no log says so instead of naming one."""
    _forget_the_home(monkeypatch)
    assert read_settings({}) == Settings()
    assert settings_path({}).is_relative_to(NOWHERE)
    assert log_file("tui-rooms") == NOWHERE
    assert see(log_file("tui-rooms")) == "no log could be written"


def test_a_log_is_for_its_owner_and_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """0600 from its making; a long one is put aside."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    log = log_file("tea")
    assert log.stat().st_mode & 0o777 == 0o600
    log.write_bytes(b"x" * 1_000_001)
    assert log_file("tea").stat().st_size == 0
    assert log.with_suffix(".old.log").stat().st_size == 1_000_001


def test_the_own_server_trusts_no_directory_that_others_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whoever writes there could send the next program to a server of theirs."""
    _forget_the_home(monkeypatch)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/dev/null")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    usual = _runtime_directory()
    assert usual.is_relative_to(tmp_path)
    assert usual.stat().st_mode & 0o777 == 0o700
    usual.chmod(0o777)
    other = _runtime_directory()
    assert other != usual
    assert other.stat().st_mode & 0o777 == 0o700
    usual.chmod(0o700)
    assert _runtime_directory() == usual


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (None, "TERM is not set. Set it to what this terminal is"),
        ("", "TERM is not set. Set it to what this terminal is"),
        ("dumb", "TERM=dumb moves no cursor"),
        ("xterm", ""),
    ],
)
async def test_a_finding_about_the_terminal_blames_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, term: str | None, says: str
):
    """And not UTF-8, where that is there."""
    if term is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", term)
    finding = await check_terminal()
    assert finding.figures["unicode"]
    assert (finding.state == "bad") == bool(says)
    assert says in finding.sentence
    assert "UTF-8" not in finding.sentence
