"""A WebSocket client that says exactly what a test tells it to."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

ANSWER_SECONDS = 5.0


class Dialogue:
    """One connection: raw messages out, parsed JSON in."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}
        self.texts: list[str] = []
        """Everything that came in, as it came."""
        self._ids = itertools.count(1)
        self._kept: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any] | str) -> None:
        """Send a message as it is."""
        self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def hear(self, kind: str) -> dict[str, Any]:
        """The next message of that type; others are kept for later calls."""
        for index, message in enumerate(self._kept):
            if message["type"] == kind:
                return self._kept.pop(index)
        while True:
            message = self._receive()
            if message["type"] == kind:
                return message
            self._kept.append(message)

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request; its answer: `ack`, a page, or `refused`."""
        number = next(self._ids)
        self.send({"type": kind, "id": number, **fields})
        while True:
            message = self._receive()
            if message.get("id") == number:
                return message
            self._kept.append(message)

    def do(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a command to the room; its answer."""
        return self.ask("do", command={"kind": kind, **fields})

    def event(self, kind: str) -> dict[str, Any]:
        """The next event of that kind; events before it are dropped."""
        while True:
            for event in self.hear("events")["events"]:
                if event["kind"] == kind:
                    return event

    def _receive(self) -> dict[str, Any]:
        text = str(self.socket.recv(timeout=ANSWER_SECONDS))
        self.texts.append(text)
        message: dict[str, Any] = json.loads(text)
        return message


@contextlib.contextmanager
def dialogue(
    url: str,
    *,
    name: str | None = None,
    token: str | None = None,
    behind: str | None = None,
    headers: dict[str, str] | None = None,
    **hello: Any,
) -> Iterator[Dialogue]:
    """A connection that has said hello (and, when accepted, was welcomed).

    Args:
        behind: the address for which it asks, as a proxy on this machine does.
        headers: further ones.
    """
    more = headers or {}
    more = more if behind is None else {**more, "X-Forwarded-For": behind}
    address = url.replace("http", "ws", 1) + "/ws"
    with connect(address, max_size=None, additional_headers=more) as socket:
        talk = Dialogue(socket)
        talk.send({"type": "hello", "version": 1, "name": name, "token": token, **hello})
        answer = json.loads(socket.recv(timeout=ANSWER_SECONDS))
        talk.welcome = answer
        yield talk
