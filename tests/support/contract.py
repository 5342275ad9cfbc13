"""Checks that a server's HTTP API does what its OpenAPI document says, with schemathesis."""

import subprocess
import sys
from pathlib import Path

from tests.support.http import call
from tests.support.program import private_environment
from tests.support.server import running_server
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")


def check_contract(home: Path, *options: str, now: float) -> "subprocess.CompletedProcess[str]":
    """Run schemathesis against a server of its own, on which nobody is a guest.

    Args:
        home: an empty directory.
        options: of `schemathesis run`, for instance how many examples.
        now: when the token that it shows begins.

    Its exit code is 0 when it found nothing.
    """
    data = home / "data"
    with running_server("--no-guests", "--data", str(data)) as server:
        who = Grant(
            identity="checker",
            name="Checker",
            role=Role.HOST,
            makes_tokens=True,
            reads_metrics=True,
        )
        token = mint(load_keys(data), who, now=now, life=86_400)
        room = {"title": "Checked", "room": "checked", "live": True}
        assert call(f"{server.url}/api/rooms", room, token=token).status == 201
        command = [
            *(SCHEMATHESIS, "--config-file", CONFIG, "run", f"{server.url}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--generation-database", "none", "--no-color", *options),
        ]
        return subprocess.run(
            command,
            cwd=home,
            env=private_environment(home / "home"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
