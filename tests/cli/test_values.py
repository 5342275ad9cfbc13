"""Every value of every option of every command is checked where it enters."""

import argparse
import math
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from tests.server.api.people import make_room
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.main import COMMANDS, prepared
from tui_rooms.cli.room_verbs import VERBS
from tui_rooms.cli.words import make_readable
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys

ODD = (
    *("nan", "NaN", "inf", "-inf", "-1", "1e309", "1_000", "0x10", "1.5.5", "½"),
    *("", " ", "a b", "\t", "a\nb", "\x1b[2J", "\x07", "\x7f", "a\x9bb", "\u200b", "\u202ex"),
    *("٣", "９", "x" * 5000, "9" * 5000, "é" * 300, "\udcff", "🙂", "\ufeff"),
    *("..", "/", "-", "*", "%", "http://a..b/", "http://[::1", "http://a b/", "@", "#"),
)
"""Not a number, not finite, below zero, nothing, control characters, unseen, over-long, digits of
other scripts, a byte that is no UTF-8, addresses that are none."""
LIBRARYS_WORDS = re.compile(
    r"invalid \w+ value|could not convert|codec|Traceback|object|embedded|Errno|literal for int|"
    r"exceeds the limit|isoformat|idna|regular expression|pattern"
)
TAKES_LINES = {("send", "text")}
"""A message may have several; what it may not have is told by the command itself."""
TOLD_BY_THE_COMMAND = {("doctor", "stun"), ("room", "verb"), ("room", "words")}
"""What it is good for is a finding of its own, or depends on another word: see below."""


def options() -> Iterator[tuple[str, argparse.Action]]:
    """Every argument of every command that takes a value."""
    for name in COMMANDS:
        parser, _ = prepared(name)
        for action in parser._actions:
            if action.nargs != 0:
                yield name, action


OPTIONS = list(options())


def given(parser: argparse.ArgumentParser, odd: argparse.Action, value: str) -> list[str]:
    """A command line with that value, and good ones for whatever else it takes."""
    good = {"room": "tea", "seconds": "5", "server": "127.0.0.1:9", "verb": "show", "out": "o.wav"}
    words: list[str] = []
    behind: list[str] = []
    for action in parser._actions:
        said = value if action.dest == odd.dest else good.get(action.dest, "x")
        if not action.option_strings:
            if action.dest == odd.dest or action.nargs not in ("?", "*"):
                behind.append(said)
        elif action.dest == odd.dest or action.required:
            words.append(f"{action.option_strings[0]}={said}")
    return [*words, "--", *behind] if behind else words


def understood(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace | None:
    """What a command makes of its words; None when it refuses them, with exit code 2."""
    try:
        return make_readable(parser.parse_args(words))
    except SystemExit as refusal:
        code = refusal.code
    assert code == Exit.USAGE
    return None


def sane(name: str, action: argparse.Action, value: object) -> bool:
    """Whether a command can go on with that."""
    if isinstance(value, list):
        return all(sane(name, action, one) for one in value)
    if isinstance(value, float):
        return math.isfinite(value) and value >= 0
    if isinstance(value, int):
        return value >= 0
    if isinstance(value, Path):
        return bool(str(value).strip())
    if (name, action.dest) in TOLD_BY_THE_COMMAND | TAKES_LINES:
        return True
    return value is None or (isinstance(value, str) and value.isprintable() and len(value) < 2000)


@pytest.mark.parametrize(
    ("name", "action"), OPTIONS, ids=[f"{name}-{action.dest}" for name, action in OPTIONS]
)
def test_an_odd_value_is_understood_or_refused_in_a_sentence(
    name: str, action: argparse.Action, capsys: pytest.CaptureFixture[str]
):
    """With exit code 2, naming the argument, in no library's words; else it is a sane value."""
    parser, _ = prepared(name)
    for odd in ODD:
        parsed = understood(parser, given(parser, action, odd))
        if parsed is not None:
            value = getattr(parsed, action.dest)
            assert sane(name, action, value), (odd, value)
            continue
        told = capsys.readouterr().err.splitlines()[-1]
        assert "error: argument" in told, told
        assert not LIBRARYS_WORDS.search(told), told
        assert told.isprintable(), told
        assert len(told) < 500, told


NUMBERS = {
    *("seconds", "patience", "keep_days", "idle_exit", "port", "last", "seed", "media_workers"),
    "address_ms",
}


def test_no_number_is_anything_but_plain_digits(capsys: pytest.CaptureFixture[str]):
    """What Python takes beside them is a mistake: nan ended a server at once, with 0."""
    tried = set()
    for name, action in OPTIONS:
        if action.dest not in NUMBERS:
            continue
        tried.add(action.dest)
        parser, _ = prepared(name)
        for odd in ODD:
            with pytest.raises(SystemExit):
                parser.parse_args(given(parser, action, odd))
    assert tried == NUMBERS
    capsys.readouterr()


@pytest.mark.parametrize("verb", VERBS)
def test_the_words_of_a_verb_are_checked_before_any_server_is_asked(verb: str):
    """An odd word is understood as what it is for, or refused with exit code 2."""
    kind = VERBS[verb]
    for odd in ODD:
        for place in range(kind.most):
            words = ["ana", *["host"] * kind.most][: kind.most]
            words[place] = odd
            try:
                read, refusal = kind.read(words), None
            except CommandError as refused:
                read, refusal = [], refused
            if refusal is not None:
                assert refusal.exit == Exit.USAGE
                assert not LIBRARYS_WORDS.search(refusal.sentence)
            for one in read:
                parts = one if isinstance(one, list) else [one]
                assert all(isinstance(part, Role | float) or part.isprintable() for part in parts)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TUI_ROOMS_SERVER", "http://a..b:7600"),
        ("TUI_ROOMS_NAME", "a\x1b[2Jb"),
        ("TUI_ROOMS_TOKEN", "a\x1bb"),
    ],
)
def test_a_variable_is_checked_like_the_option_that_it_stands_for(
    tmp_path: Path, variable: str, value: str
):
    """A sentence and exit 2, before anything is asked of a server."""
    done = subprocess.run(
        [TUI_ROOMS, "rooms", "--server=127.0.0.1:9"]
        if variable != "TUI_ROOMS_SERVER"
        else [TUI_ROOMS, "rooms"],
        env=private_environment(tmp_path) | {variable: value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == Exit.USAGE
    assert "error: argument" in done.stderr
    assert "\x1b" not in done.stderr


def test_empty_variables_are_as_if_they_were_not_there(tmp_path: Path):
    """A script may clear them; an option that is given empty is told."""
    empty = dict.fromkeys(("TUI_ROOMS_SERVER", "TUI_ROOMS_TOKEN", "TUI_ROOMS_NAME"), "")
    environment = private_environment(tmp_path) | empty
    for options, says in (
        ([], "the following arguments are required: --server"),
        (["--server", "127.0.0.1:9", "--token", ""], "the token is empty"),
        (["--server", "127.0.0.1:9", "--name", ""], "name is empty"),
    ):
        done = subprocess.run(
            [TUI_ROOMS, "rooms", *options],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == Exit.USAGE
        assert says in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--idle-exit", "nan"), "'nan' is no number of seconds: expected more than 0 to"),
        (("--hostname", "a b"), "'a b' is no name of a machine"),
        (("--webhook", "http://a..b/"), "'http://a..b' is not a webhook URL: a part of its host"),
        (("--state-file", "nowhere/state.json"), "'nowhere/state.json' cannot be written"),
        (("--state-file", "."), "'.' is a directory: expected a file"),
        (("--host", "a" * 64 + ".example"), "limit 63"),
        (("--public-ip", "0.0.0.0"), "is not the address of one machine"),
        (("--data", ""), "an empty path names no file"),
    ],
)
def test_a_server_does_not_start_with_a_value_that_it_cannot_use(tmp_path, options, says):
    """It neither waits, nor ends with 0, nor shows a traceback."""
    done = run(tmp_path, "serve", "--port", "0", *options, cwd=tmp_path)
    assert done.returncode == Exit.USAGE
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_file_that_cannot_be_written_ends_the_server_with_a_sentence(tmp_path: Path):
    """Its directory is there, and takes no files."""
    if os.geteuid() == 0:
        place = Path("/proc/state.json")
    else:
        (tmp_path / "closed").mkdir(mode=0o500)
        place = tmp_path / "closed" / "state.json"
    data = tmp_path / "data"
    done = run(tmp_path, "serve", "--port", "0", "--data", data, "--state-file", place)
    assert done.returncode == Exit.USAGE
    assert f"cannot write {place}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_finds_a_room_whatever_its_capitals(server: Server, tmp_path: Path):
    """Also with wide letters and spaces around it; an impossible one is told at once."""
    host = make_room(server, title="Tea")
    at = ("--server", server.url, "--token", host.token)
    for typed in ("TEA", " Tea ", "ＴＥＡ"):
        assert "Tea (live" in run(tmp_path, "room", typed, "show", *at).stdout
    slow = run(tmp_path, "room", "Tea", "slow", "nan", *at)
    assert (slow.returncode, "'nan' is no number of seconds" in slow.stderr) == (Exit.USAGE, True)
    odd = run(tmp_path, "chat", "Łódź", *at)
    assert odd.returncode == Exit.USAGE
    assert "no room has the id 'Łódź': ids are small letters" in odd.stderr


def test_no_token_is_made_for_a_room_that_cannot_exist(tmp_path: Path):
    """Neither by its command nor over HTTP; capitals are made small."""
    data = tmp_path / "data"
    load_keys(data)
    for room in ("no such!", "", "a" * 41, "Łódź", "-tea"):
        done = run(tmp_path, "token", "--data", data, f"--room={room}")
        assert done.returncode == Exit.USAGE
        assert "no room has the id" in done.stderr
        assert "ey" not in done.stdout
    made = run(tmp_path, "token", "--data", data, "--room", "TEA", "--room", "*", "--json")
    assert '"rooms": ["tea", "*"]' in made.stdout
