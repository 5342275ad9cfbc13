"""People with tokens, as tests of the HTTP API need them."""

from dataclasses import dataclass
from typing import Any

from tests.support.http import Reply, call
from tests.support.server import Server


@dataclass(frozen=True, slots=True)
class Host:
    """Who has made a room, and acts on it over HTTP alone."""

    room: str
    token: str
    url: str
    """Of the room."""

    def get(self, path: str = "") -> Reply:
        """Read something of the room."""
        return call(self.url + path, token=self.token)

    def do(self, kind: str, **fields: Any) -> Reply:
        """Send a command."""
        return call(f"{self.url}/commands", {"command": {"kind": kind, **fields}}, token=self.token)


def make_room(door: Server, **fields: Any) -> Host:
    """A new room, live unless it is said otherwise, and its host."""
    wanted = {"title": "Tea", "name": "Ana"} | fields
    if "starts_at" not in fields:
        wanted.setdefault("live", True)
    made = call(f"{door.url}/api/rooms", wanted)
    assert made.status == 201, made.body
    room = made.body["room"]["room"]
    return Host(room, made.body["token"], f"{door.url}/api/rooms/{room}")
