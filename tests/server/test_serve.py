"""`tui-rooms serve` as its operator meets it: the terminal it runs in, the link it prints."""

import json
import shlex
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import running_server
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tui_rooms.sfu.network.addresses import interface_addresses


def test_with_the_terminal_a_server_ends_in_order(tmp_path: Path):
    """With exit code 0, as the help promises."""
    code = tmp_path / "code"
    serve = shlex.join([str(TUI_ROOMS), "serve", "--port", "0"])
    # The system tells the terminal's own shell, and when that has died all that it has started:
    # the server, and one who lives on to read its exit code.
    reader = f"trap : HUP; {serve}; echo $? > {shlex.quote(str(code))}"
    shell = f"sh -c {shlex.quote(reader)}; true"
    with Terminal() as terminal:
        terminal.start(["sh", "-c", shell], private_environment(tmp_path))
        terminal.wait_for("Ctrl-C ends it")
    wait_until(lambda: code.exists() and code.read_text(), "the end of the server")
    assert code.read_text() == "0\n"


def test_with_nohup_a_server_outlives_its_terminal(tmp_path: Path):
    """The hang-up changes nothing: it ends later, because nobody comes."""
    with subprocess.Popen(
        ["nohup", TUI_ROOMS, "serve", "--port", "0", "--json", "--idle-exit", "1"],
        env=private_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        server.send_signal(signal.SIGHUP)
        _, log = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "nobody has been here" in log


@pytest.mark.parametrize(
    ("options", "host"),
    [
        (["--host", "127.0.0.1"], "127.0.0.1"),
        (["--host", "127.0.0.1", "--hostname", "rooms.example.org"], "127.0.0.1"),
        (["--host", "0.0.0.0"], interface_addresses()[0]),
        (["--host", "0.0.0.0", "--hostname", "rooms.example.org"], "rooms.example.org"),
        (
            ["--host", "0.0.0.0", "--hostname", "rooms.example.org", "--public-ip", "203.0.113.7"],
            "203.0.113.7",
        ),
    ],
    ids=["loopback", "behind-a-proxy", "all", "name", "public"],
)
def test_the_join_link_names_what_others_reach(options: Sequence[str], host: str):
    """What the operator has named comes first; loopback is for a server that only listens there."""
    with running_server(*options) as server:
        link = urlsplit(server.started["join_link"])
        assert (link.hostname, link.port) == (host, server.port)


def test_the_join_link_of_a_server_on_all_addresses_works(tmp_path: Path):
    """Through the interface it names, the server answers, and others find its rooms."""
    with running_server("--host", "0.0.0.0", "--open") as server:
        link = server.started["join_link"]
        assert call(f"{link}/api/health").body["server"] == "tui-rooms"
        listed = subprocess.run(
            [TUI_ROOMS, "rooms", "--json", "--server", link],
            env=private_environment(tmp_path),
            capture_output=True,
            timeout=30,
            check=True,
        )
        assert json.loads(listed.stdout)["rooms"] == []
