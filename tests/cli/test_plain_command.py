"""`--plain` in a pipe: lines as fast as they come, and a code that tells what came of them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server, running_server
from tests.support.waiting import wait_until
from tui_rooms.cli.exits import Exit


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for all tests here."""
    with running_server() as running:
        yield running


def plain(
    home: Path, typed: bytes, *words: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """The lines of one run."""
    return subprocess.run(
        [TUI_ROOMS, "--plain", "--no-sound", "--name", "Ana", *words],
        env={**private_environment(home), **environment},
        input=typed.decode("latin-1"),
        encoding="latin-1",
        capture_output=True,
        timeout=60,
        check=False,
    )


def lines(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What was said."""
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.encode("latin-1").decode().splitlines()


def test_a_pipe_needs_no_pauses(server: Server, tmp_path: Path) -> None:
    """Each line waits for what the one before it wished for; what was said is there afterwards."""
    typed = b"new Tea\nsay x\ntitle Tea and cake\nleave\nnew Chess\nsay caf\xe9\nend\nrooms\nquit\n"
    done = plain(tmp_path, typed, server.url)
    said = lines(done)
    assert done.returncode == Exit.OK, said
    for line in (
        "in the room Tea, hosted by Ana",
        "Ana: x",
        "the room is called Tea and cake now",
        "in the room Chess, hosted by Ana",
        "Ana: caf\ufffd",
    ):
        assert line in said
    assert not [line for line in said if line.startswith("no word")]
    listed = said[len(said) - said[::-1].index("you have left the room") :]
    assert any("Tea and cake, live" in line for line in listed)
    assert not any("Chess" in line for line in listed), "it was ended before the list"


@pytest.mark.parametrize(
    ("typed", "where", "code", "says"),
    [
        (b"new Tea\nsay x\nquit\n", "http://127.0.0.1:9", Exit.NO_SERVER, "cannot be reached"),
        (b"", "http://127.0.0.1:9", Exit.NO_SERVER, "cannot be reached"),
        (b"quit\n", "{server}/r/nowhere", Exit.REFUSED, "there is no room 'nowhere'"),
        (b"", "{server}/r/nowhere", Exit.REFUSED, "there is no room 'nowhere'"),
        (b"goto http://127.0.0.1:9\n", "{server}", Exit.NO_SERVER, "cannot be reached"),
        (b"goto ftp://x\nquit\n", "{server}", Exit.USAGE, "cannot read the server address"),
        (b"nwe Tea\nquit\n", "{server}", Exit.USAGE, "no word 'nwe' here"),
        (b"join tea-99\n", "{server}", Exit.USAGE, "no room 'tea-99'"),
        (b"new T\nmute zoe\nquit", "{server}", Exit.USAGE, "nobody here is called 'zoe'"),
        (b"new T\nslow 600d\nquit\n", "{server}", Exit.REFUSED, "slow mode"),
        (b"quit\nnonsense\n", "{server}", Exit.OK, "connected to"),
    ],
)
def test_what_does_not_come_about_is_said_and_no_success(
    server: Server, tmp_path: Path, typed: bytes, where: str, code: Exit, says: str
) -> None:
    """No server, a link that leads nowhere, a word that is none, a wish that is refused."""
    done = plain(tmp_path, typed, where.format(server=server.url))
    assert done.returncode == code, done.stdout
    assert any(says in line for line in lines(done))


def test_whoever_reads_may_stop_reading(server: Server, tmp_path: Path) -> None:
    """The program ends by itself, in order, although its input goes on; and leaves the room."""
    process = subprocess.Popen(
        [TUI_ROOMS, "--plain", "--no-sound", "--name", "Ana", server.url],
        env=private_environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"new Unread\n")
    process.stdin.flush()
    while b"in the room Unread" not in process.stdout.readline():
        pass
    process.stdout.close()
    with dialogue(server.url, name="Ben") as ben:
        (unread,) = [
            room["room"]
            for room in call(f"{server.url}/api/rooms").body["rooms"]
            if room["title"] == "Unread"
        ]
        ben.ask("join_room", room=unread, media=False)
        wait_until(lambda: process.poll() is not None, "the end", 20)
    assert process.returncode == Exit.OK
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()
