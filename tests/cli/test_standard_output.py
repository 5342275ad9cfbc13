"""Printing never raises, and what could not be written is no success."""

import io
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.standard_output import READABLE

POOR = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
"""Surroundings whose standard output is no UTF-8."""


def _run(
    home: Path, *words: str | bytes, stdout: int = subprocess.PIPE, **surroundings: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [TUI_ROOMS, *words],
        env=private_environment(home) | surroundings,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_text_can_be_printed(encoding: str):
    """Signs become what is near, letters an escape; what the locale has stays as it is."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, errors=READABLE)
    stream.write("✓ 3×2 … “é” 美 \ud800 → \U0001f600")
    stream.flush()
    text = written.getvalue().decode(encoding)
    assert (
        text
        == {
            "ascii": '+ 3x2 ... "\\xe9" \\u7f8e \\ud800 -> \\U0001f600',
            "latin-1": '+ 3×2 ... "é" \\u7f8e \\ud800 -> \\U0001f600',
            "cp1252": "+ 3×2 … “é” \\u7f8e \\ud800 -> \\U0001f600",
            "utf-8": "✓ 3×2 … “é” 美 \\ud800 → \U0001f600",
        }[encoding]
    )


def test_the_name_of_a_file_is_printed_with_its_bytes(tmp_path: Path):
    """So that a script that reads it finds the file."""
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.toml")
    done = _run(tmp_path, "settings", "--path", TUI_ROOMS_CONFIG=os.fsdecode(name))
    assert done.stdout == name + b"\n"


@pytest.mark.parametrize("locale", POOR)
def test_help_is_for_every_locale(tmp_path: Path, locale: str):
    """Its signs beyond ASCII are replaced where needed, and none of its lines is missing."""
    whole = _run(tmp_path, "--help")
    poor = _run(tmp_path, "--help", **POOR[locale])
    assert poor.returncode == Exit.OK, poor.stderr
    assert poor.stdout.count(b"\n") == whole.stdout.count(b"\n")
    assert b"usage: tui-rooms [COMMAND] ..." in poor.stdout


@pytest.fixture(scope="module")
def tea(module_server: Server) -> str:
    """A room whose title no poor locale can write; a link to its server as a host."""
    call(
        f"{module_server.url}/api/rooms",
        {"title": "お茶 ☕ café", "room": "tea", "live": True},
        token=module_server.host_token,
    )
    return f"{module_server.url}#token={module_server.host_token}"


@pytest.mark.parametrize("locale", POOR)
def test_what_others_wrote_is_printed_in_every_locale(tmp_path: Path, tea: str, locale: str):
    """The list is complete; letters that are missing there can be found again."""
    done = _run(tmp_path, "rooms", "--server", tea, **POOR[locale])
    assert (done.returncode, done.stderr) == (Exit.OK, b"")
    assert rb"\u304a\u8336 \u2615 caf" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("rooms",),
        ("rooms", "caf"),
        ("room", "tea", "show"),
        ("room", "tea", "audit"),
        ("send", "tea", "お茶"),
        ("chat", "tea"),
    ],
    ids=" ".join,
)
def test_json_is_ascii_whatever_it_holds(tmp_path: Path, tea: str, words: tuple[str, ...]):
    """So no locale and no pipe between can harm it."""
    done = _run(tmp_path, *words, "--json", "--name", "Zoë", "--server", tea)
    assert done.returncode == Exit.OK, done.stderr
    assert done.stdout.isascii()
    for line in done.stdout.splitlines():
        json.loads(line)


@pytest.mark.parametrize("buffered", ["", "1"])
@pytest.mark.parametrize("words", ["--help", "--version", "rooms --help", "settings"])
def test_a_full_disk_below_the_output_is_a_failure(tmp_path: Path, words: str, buffered: str):
    """What was asked for is not there, so it is not 0."""
    with open("/dev/full", "wb") as full:
        done = _run(tmp_path, *words.split(), stdout=full.fileno(), PYTHONUNBUFFERED=buffered)
    assert done.returncode == Exit.BAD_FILE
    assert done.stderr == (
        b"tui-rooms: standard output cannot be written: No space left on device\n"
    )


@pytest.mark.parametrize("words", ["--help", "--version", "settings", "devices --json"])
def test_a_reader_who_has_enough_is_no_failure(tmp_path: Path, words: str):
    """Nothing is complained of, by us or by Python at its end."""
    reading, writing = os.pipe()
    os.close(reading)
    done = _run(tmp_path, *words.split(), stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (Exit.OK, b"")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("rooms --server 127.0.0.1:9", Exit.NO_SERVER),
        ("doctor --no-sound", Exit.NO_SOUND),
        ("open", Exit.USAGE),
        ("--version", Exit.OK),
    ],
)
def test_closed_streams_are_no_fault(tmp_path: Path, words: str, code: Exit):
    """As some that start programs in the background leave them."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", TUI_ROOMS, *words.split()],
        env=private_environment(tmp_path) | {"PULSE_SERVER": "unix:/nowhere"},
        timeout=60,
        check=False,
    )
    assert done.returncode == code


@pytest.mark.parametrize(
    "words",
    [
        (b"send", b"tea", b"caf\xe9"),
        (b"rooms", b"--name", b"\xff"),
        (b"rooms", b"\xff"),
        (b"room", b"tea", b"people", b"\xff"),
    ],
    ids=repr,
)
def test_bytes_that_are_no_text_are_replaced_in_arguments(
    tmp_path: Path, tea: str, words: tuple[bytes, ...]
):
    """And what they are part of is done all the same."""
    done = _run(tmp_path, *words, b"--server", tea.encode())
    assert (done.returncode, done.stderr) == (Exit.OK, b"")
    if words[0] == b"send":
        read = _run(tmp_path, "chat", "tea", "--server", tea)
        assert "caf\ufffd" in read.stdout.decode()


def test_the_name_of_a_file_keeps_its_bytes(tmp_path: Path, tea: str):
    """It names that file and no other, whatever is said of it."""
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.wav")
    there = [*_words("--room tea --server"), tea.encode()]
    done = _run(tmp_path, b"record", name, *_words("--seconds 0.2"), *there)
    assert done.returncode == Exit.OK, done.stderr
    assert os.stat(name).st_size > 44
    said = _run(tmp_path, b"speak", name + b".no", *there)
    assert said.returncode == Exit.BAD_FILE
    assert b"Traceback" not in said.stderr


def _words(text: str) -> list[bytes]:
    return text.encode().split()


@pytest.mark.parametrize("words", [b"", b"--version", b"nonsense\xff"])
def test_a_command_that_is_no_text_is_named(tmp_path: Path, words: bytes):
    """With the help, or what was asked for; never with a traceback."""
    done = _run(tmp_path, b"x\xff", words)
    assert done.returncode == Exit.USAGE
    assert b"no command 'x" in done.stderr
