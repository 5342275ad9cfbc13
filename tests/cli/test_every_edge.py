"""Every command, with a fault at each edge that it touches: never a success, always a sentence.

The edges are those where the words of others come in. Here they fail as nobody has foreseen, with
exceptions that a library may raise tomorrow; real faults are in `test_every_way` (to a server) and
`test_every_surrounding` (disks, terminal, locale, output).
"""

import io
import sys
from typing import NamedTuple

import pytest

from tests.cli.walk import IN_TIME, WORDS, Here, is_told
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.main import COMMANDS


def test_every_command_is_walked():
    """Whoever adds a command says here how it is called."""
    assert list(WORDS) == list(COMMANDS)


@pytest.mark.parametrize("command", [*IN_TIME, "serve", "settings", "token"])
def test_without_a_fault_it_is_a_success(here: Here, command: str):
    """So it is the fault that makes the difference in all that follows."""
    ended = here.run(command)
    assert (ended.code, "Traceback" in ended.errors) == (Exit.OK, False), ended


class ForeignError(Exception):
    """What a library may raise tomorrow."""


def fails(*_: object, **__: object) -> object:
    """As whatever it stands for would."""
    raise ForeignError("at an edge")


class Edge(NamedTuple):
    """Where others' words come in."""

    function: str
    """What fails there."""
    commands: list[str]
    """Those that come by it."""
    server: str = "http://127.0.0.1:{port}"
    """An address on the way to which it lies."""


EDGES = {
    "names": Edge("socket.getaddrinfo", IN_TIME, "http://localhost:{port}"),
    "proxies": Edge("urllib.request.getproxies", IN_TIME, "http://rooms.example.org"),
    "connecting": Edge("tui_rooms.client.link.network.connecting._StaysHere", IN_TIME),
    "sending": Edge("websockets.asyncio.client.ClientConnection.send", IN_TIME),
    "receiving": Edge("tui_rooms.client.link.newer.read", IN_TIME),
    "invitations": Edge(
        "urllib.request.OpenerDirector.open",
        ["speak", "record"],
        "http://127.0.0.1:{port}/r/tea#invite=s3cret",
    ),
    "settings": Edge("pathlib.Path.read_text", ["settings", "open", "demo"]),
    "keys": Edge("tui_rooms.server.door.credentials.keys.read_small", ["token", "serve"]),
    "ports": Edge("tui_rooms.server.serve.bind_ports", ["serve"]),
    "sound-cards": Edge("tui_rooms.audio.cards.listing.list_devices", ["devices", "doctor"]),
    "health": Edge("urllib.request.OpenerDirector.open", ["doctor"]),
    "terminal": Edge("shutil.get_terminal_size", ["doctor"]),
}
"""What may fail as nobody has foreseen, by what it is for."""


@pytest.mark.parametrize(
    ("name", "command"), [(name, command) for name in EDGES for command in EDGES[name].commands]
)
def test_what_nobody_has_foreseen_is_no_success(
    here: Here, monkeypatch: pytest.MonkeyPatch, name: str, command: str
):
    """It ends with 1 and a sentence; what is of use to us alone is in the log, and nowhere else."""
    edge = EDGES[name]
    with monkeypatch.context() as patch:
        patch.setattr(edge.function, fails)
        ended = here.run(command, edge.server.format(port=here.server.port))
    assert (ended.code, is_told(ended)) == (Exit.FAILED, True), ended
    assert "by a fault of its own (ForeignError)" in ended.errors
    log = here.directory / "home" / "state" / "tui-rooms" / "log" / "tui-rooms.log"
    assert f"{log} has what to report" in ended.errors
    assert "ForeignError: at an edge" in log.read_text()


@pytest.mark.parametrize("function", ["av.open", "tui_rooms.audio.opus.codec.OpusEncoder.encode"])
def test_a_file_that_cannot_be_said_to_its_end_is_no_success(
    here: Here, monkeypatch: pytest.MonkeyPatch, function: str
):
    """By whatever fault of decoder or encoder; it is the file that people are told of."""
    with monkeypatch.context() as patch:
        patch.setattr(function, fails)
        ended = here.run("speak")
    assert (ended.code, is_told(ended)) == (Exit.BAD_FILE, True), ended
    assert f"{here.directory}/in.wav" in ended.errors


class DeafOutput(io.StringIO):
    """A standard output that fails as nobody has foreseen."""

    write = fails


@pytest.mark.parametrize(
    "command", ["room", "send", "chat", "rooms", "settings", "devices", "doctor", "token"]
)
def test_an_output_that_fails_is_no_success(
    here: Here, monkeypatch: pytest.MonkeyPatch, command: str
):
    """Whatever is printed on it: a list, a token, JSON. Serving, the output is only told where."""
    monkeypatch.setattr(sys, "stdout", DeafOutput())
    ended = here.run(command)
    assert (ended.code, is_told(ended)) == (Exit.FAILED, True), ended
