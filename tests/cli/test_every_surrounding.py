"""Every command, with disks, a terminal, a locale or an output that it cannot use."""

import subprocess

import pytest

from tests.cli.walk import WORDS, Here, is_told
from tests.support.program import TUI_ROOMS, private_environment
from tui_rooms.cli.exits import Exit

DISKS = {
    "speak {here}/no.wav --room tea --server {server}": (Exit.BAD_FILE, "no.wav"),
    "speak {here} --room tea --server {server}": (Exit.BAD_FILE, "cannot read"),
    "speak {here}/junk --room tea --server {server}": (Exit.BAD_FILE, "junk"),
    "record {here}/no/out.wav --seconds 1 --room tea --server {server}": (Exit.BAD_FILE, "out.wav"),
    "record /proc/out.wav --seconds 1 --room tea --server {server}": (
        Exit.BAD_FILE,
        "/proc/out.wav",
    ),
    "record /proc/out.opus --seconds 1 --room tea --server {server}": (Exit.BAD_FILE, "out.opus"),
    "token --data {here}/junk": (Exit.USAGE, "{here}/junk"),
    "token --data {here}/no": (Exit.USAGE, "no keys in {here}/no"),
    "serve --port 0 --data {here}/junk": (Exit.USAGE, "choose another --data"),
    "serve --port 0 --data /proc/tea": (Exit.USAGE, "choose another --data"),
    "serve --port 0 --data {here}/serve --room-types {here}/junk": (Exit.USAGE, "{here}/junk"),
}
"""Command lines that name files that cannot be used, with how they end and what they say."""


@pytest.mark.parametrize("line", DISKS)
def test_a_file_that_cannot_be_used_is_named(here: Here, line: str):
    """What is wrong is the file: nobody has to guess which."""
    (here.directory / "junk").write_bytes(bytes(range(256)))
    code, says = DISKS[line]
    words = line.format(here=here.directory, server=here.server.url).split()
    ended = here.run_words(words)
    assert is_told(ended), ended
    assert (ended.code, says.format(here=here.directory) in ended.errors) == (code, True), ended


@pytest.mark.parametrize("command", ["open", "demo", "settings"])
@pytest.mark.parametrize("junk", [b"\xff\xfe", b"[you\n", b"you = 3\n", None])
def test_settings_that_cannot_be_read_are_named(here: Here, command: str, junk: bytes | None):
    """They are never touched; a directory in their place is no better."""
    settings = here.directory / "home" / "config" / "tui-rooms" / "config.toml"
    settings.unlink()
    if junk is None:
        settings.mkdir()
    else:
        settings.write_bytes(junk)
    ended = here.run(command)
    assert is_told(ended), ended
    assert (ended.code, str(settings) in ended.errors) == (Exit.USAGE, True), ended


POOR = {
    "HOME": "/dev/null",
    "TERM": "",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PULSE_SERVER": "unix:/nowhere",
}
"""No home, no terminal, no letters but ASCII, no sound."""


@pytest.mark.parametrize("command", [one for one in WORDS if one != "demo"])
def test_poor_surroundings_take_nothing_from_a_command(here: Here, command: str):
    """It does what it can; doctor says what is missing, and `devices` that there are none."""
    surroundings = private_environment(here.directory / "home") | POOR
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        del surroundings[variable]
    done = subprocess.run(
        [TUI_ROOMS, *here.words(command)],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    expected = Exit.NO_SOUND if command == "doctor" else Exit.OK
    assert done.returncode == expected, done.stderr
    assert done.stdout.isascii()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", [one for one in WORDS if one not in ("open", "demo")])
def test_a_full_disk_below_the_output_is_no_success(here: Here, command: str):
    """Of what a command found nothing has come to where it was wanted."""
    words = here.words(command)
    if command in ("speak", "record"):
        words.append("--json")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [TUI_ROOMS, *words],
            env=private_environment(here.directory / "home"),
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == Exit.BAD_FILE, done.stderr
    assert b"standard output cannot be written: No space left on device\n" in done.stderr


@pytest.mark.parametrize("command", ["open", "demo"])
def test_the_screen_wants_a_terminal(here: Here, command: str):
    """And names what goes without one."""
    ended = here.run_words([command, "--no-sound"])
    assert (ended.code, is_told(ended)) == (Exit.USAGE, True)
    assert "this is not a terminal; without one, see: tui-rooms --plain" in ended.errors
