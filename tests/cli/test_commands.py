"""The command line as a shell sees it: output, exit codes, sentences."""

import json
import os
import signal
import stat
import subprocess
from pathlib import Path

import jwt
import pytest

from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import running_server
from tui_rooms.cli.exits import EXITS, Exit
from tui_rooms.cli.main import COMMANDS


def run(
    home: Path, *arguments: str | Path, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """One command, in surroundings of its own."""
    return subprocess.run(
        [TUI_ROOMS, *arguments],
        cwd=cwd,
        env=private_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_help_names_every_command_and_exit_code(tmp_path):
    """`--help` is complete and goes to standard output."""
    done = run(tmp_path, "--help")
    assert done.returncode == Exit.OK
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    for code, text in EXITS.items():
        assert f"{code.value}" in done.stdout
        assert text in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(tmp_path, name):
    """`COMMAND --help` works without the rest of the program."""
    done = run(tmp_path, name, "--help")
    assert done.returncode == Exit.OK, done.stderr
    assert "usage: tui-rooms" in done.stdout


def test_a_mistyped_command_is_named(tmp_path):
    """The list of commands follows; nothing is started."""
    done = run(tmp_path, "sreve")
    assert done.returncode == Exit.USAGE
    assert "no command 'sreve'" in done.stderr


def test_a_token_made_here_opens_the_server_that_has_the_keys(tmp_path):
    """`token` with the server's data directory, `rooms` with the token, on a guarded server."""
    with running_server("--host", "0.0.0.0", "--data", str(tmp_path / "data")) as guarded:
        made = run(tmp_path, "token", "--data", tmp_path / "data", "--role", "host", "--json")
        token = json.loads(made.stdout)["token"]
        listed = run(tmp_path, "rooms", "--server", guarded.url, "--token", token, "--json")
        assert json.loads(listed.stdout) == {"type": "rooms", "rooms": []}
        refused = run(tmp_path, "rooms", "--server", guarded.url)
        assert refused.returncode == Exit.REFUSED
        assert "needs a token" in refused.stderr


def test_a_token_says_rooms_capabilities_and_times(tmp_path):
    """`--json` shows what the token holds; the token holds what was asked for."""
    with running_server("--data", str(tmp_path / "data")):
        pass  # makes the keys
    made = run(
        tmp_path, "token", "--data", tmp_path / "data", "--json",
        *("--room", "tea", "--room", "jazz", "--role", "cohost", "--name", "Ana"),
        *("--capability", "read-reports", "--not-before", "2030-05-01T18:00+02:00", "--life", "1h"),
    )  # fmt: skip
    shown = json.loads(made.stdout)
    assert (shown["rooms"], shown["role"]) == (["tea", "jazz"], "cohost")
    assert shown["capabilities"] == ["read-reports"]
    assert shown["expires_at"] - shown["not_before"] == 3600
    claims = jwt.decode(shown["token"], options={"verify_signature": False})
    assert claims["rooms"] == ["tea", "jazz"]
    assert claims["capabilities"] == ["read-reports"]
    assert claims["nbf"] == shown["not_before"] == 1_903_881_600


def test_a_token_is_not_called_like_whoever_makes_it(tmp_path):
    """Without --name its bearer chooses, whatever the operator's own name is."""
    with running_server("--data", str(tmp_path / "data")) as server:
        made = run(tmp_path, "token", "--data", tmp_path / "data", "--role", "host", "--json")
        shown = json.loads(made.stdout)
        assert shown["name"] is None
        shared = ("--server", server.url, "--token", shown["token"], "--name", "Hanna")
        run(tmp_path, "room", "tea", "create", *shared)
        listed = run(tmp_path, "rooms", *shared[:2], "--json")
        assert json.loads(listed.stdout)["rooms"][0]["host"] == "Hanna"


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--not-before", "tomorrow", "expected ISO 8601 with a zone"),
        ("--not-before", "2030-05-01T18:00", "expected ISO 8601 with a zone"),
        ("--not-before", "9999-12-31T23:59Z", "cannot be good from 9999-12-31 23:59 UTC on"),
        ("--not-before", "9999-12-31T23:59-14:00", "good from a time after the year 9999 on"),
        ("--not-before", "0001-01-01T00:00Z", "from 0001-01-01 00:00 UTC for 86400 s would have"),
        ("--life", "9" * 400 + "d", "is too long: at most 36500d"),
        ("--life", "0d", "'0d' is no duration: expected 90s, 30m, 8h or 7d"),
        ("--capability", "fly", "invalid choice: 'fly'"),
        ("--role", "boss", "invalid choice: 'boss'"),
    ],
)
def test_what_no_token_can_say_is_refused(tmp_path, option, value, says):
    """The sentence shows what is expected."""
    done = run(tmp_path, "token", option, value)
    assert done.returncode == Exit.USAGE
    assert says in done.stderr


def test_room_types_of_ones_own_are_offered(tmp_path):
    """A room of such a type can be made; the built-in ones stay."""
    (tmp_path / "types.toml").write_text('[panel]\nsummary = "a few talk"\n')
    with running_server("--room-types", str(tmp_path / "types.toml")) as server:
        names = [kind["name"] for kind in call(f"{server.url}/api/room-types").body]
        assert names == ["audio_room", "open_mic", "town_hall", "panel"]
        made = call(f"{server.url}/api/rooms", {"title": "Tea", "room_type": "panel"})
        assert made.body["room"]["room_type"] == "panel"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--room-types", "types.toml"), "types.toml, line 2: panel.stage"),
        (("--room-types", "nowhere.toml"), "cannot read room types from nowhere.toml"),
        (("--webhook", "ftp://example.org"), "'ftp://example.org' is not a webhook URL"),
        (
            ("--webhook", "http://a:secret@example.org"),
            "that is not a webhook URL: it has a name or password",
        ),
        (("--open", "--no-guests"), "not allowed with"),
    ],
)
def test_what_a_server_cannot_use_is_refused_before_it_listens(tmp_path, options, says):
    """A sentence and exit 2; no secret is repeated."""
    (tmp_path / "types.toml").write_text("[panel]\nstage = 3\n")
    done = run(tmp_path, "serve", "--port", "0", *options, cwd=tmp_path)
    assert done.returncode == Exit.USAGE
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_token_without_keys_says_where_they_should_be(tmp_path):
    """A wrong --data makes no new keys."""
    done = run(tmp_path, "token", "--data", tmp_path / "nothing")
    assert done.returncode == Exit.USAGE
    assert "no keys in" in done.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("life", ["0s", "soon", "5"])
def test_a_bad_duration_is_refused_with_the_form(tmp_path, life):
    """The sentence shows what is expected."""
    done = run(tmp_path, "token", "--life", life)
    assert done.returncode == Exit.USAGE
    assert "expected 90s, 30m, 8h or 7d" in done.stderr


def test_a_port_in_use_is_a_sentence_and_exit_2(tmp_path):
    """No traceback, and the first server goes on."""
    with running_server() as first:
        done = run(tmp_path, "serve", "--port", str(first.port))
        assert done.returncode == Exit.USAGE
        assert f"port {first.port} (TCP) on 127.0.0.1 is in use" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("server", "code", "says"),
    [
        ("127.0.0.1:9", Exit.NO_SERVER, "127.0.0.1:9"),
        ("ftp://example.org", Exit.USAGE, "ftp"),
        ("http://[::1", Exit.USAGE, "[::1"),
    ],
)
def test_a_server_that_cannot_be_used_is_a_sentence(tmp_path, server, code, says):
    """Nobody there and a bad URL differ in code and words."""
    done = run(tmp_path, "rooms", "--server", server)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_ends_by_itself_when_nobody_comes(tmp_path):
    """--idle-exit, and the state file is there while it runs, for its owner alone."""
    state = tmp_path / "state.json"
    server = subprocess.Popen(
        [TUI_ROOMS, "serve", "--port", "0", "--json", "--idle-exit", "1", "--state-file", state],
        env=private_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    with server.stdout as output:
        said = json.loads(output.readline())
        assert json.loads(state.read_text())["url"] == said["url"]
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert server.wait(20) == 0
    assert not state.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_a_server_cleanly(tmp_path, number):
    """Exit code 0 and no traceback, also with a client connected."""
    from tests.support.dialogue import dialogue

    server = subprocess.Popen(
        [TUI_ROOMS, "serve", "--port", "0", "--json"],
        env=private_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    url = json.loads(server.stdout.readline())["url"]
    with dialogue(url, name="Ana") as ana:
        assert ana.welcome["type"] == "welcome"
        os.kill(server.pid, number)
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 0, errors
    assert "Traceback" not in errors
