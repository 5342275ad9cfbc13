"""One real server for the tests of the command line that may share it, and where they run."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.walk import Here
from tests.support.http import call
from tests.support.program import private_environment
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def module_server() -> Iterator[Server]:
    """A server on loopback: each test uses rooms of its own, or only reads."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def with_tea(module_server: Server) -> Server:
    """A server with the room that the commands are about."""
    tea = {"title": "Tea", "room": "tea", "live": True, "room_type": "open_mic"}
    made = call(f"{module_server.url}/api/rooms", tea, token=module_server.host_token)
    assert made.status == 201, made.body
    return module_server


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path) -> Iterator[None]:
    """What a test starts finds nothing of the user's, nor of the tests before it."""
    # Not the test's own: that has to be undone before its captured output is closed.
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in private_environment(tmp_path / "home").items():
            if variable == "HOME" or variable.startswith("XDG_"):
                patch.setenv(variable, value)
        yield


@pytest.fixture
def here(
    tmp_path: Path,
    with_tea: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Here]:
    """Surroundings with nothing of the user's, and standard input at its end."""
    for variable, value in private_environment(tmp_path / "home").items():
        monkeypatch.setenv(variable, value)
    for variable in ("http_proxy", "https_proxy", "no_proxy", "TUI_ROOMS_SERVER"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    with open(os.devnull, encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield Here(tmp_path, with_tea, capsys)
