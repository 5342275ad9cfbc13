"""A conversation with a server, said line by line, and all that it answered.

A line is `{"ana": {…}}` for what Ana says, and `{"to": "ana", …}` for what she hears. What differs
from one run to the next (ids that the server makes, secrets, times) is replaced by names.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.dialogue import ANSWER_SECONDS

Line = dict[str, Any]

_TIMES = {
    "at", "since", "until", "created_at", "starts_at", "live_since", "ended_at", "expires_at",
    "offered_at", "raised_at", "host_gone_at", "empty_since",
}  # fmt: skip
_COMPARED = {
    "welcome", "ack", "refused", "found", "preview", "participants", "chat", "audit", "reports",
    "snapshot", "events", "closed",
}  # fmt: skip
"""What comes in an order of its own. News of the audience, of levels and the like are batched by
the clock."""

_WITH_A_SENTENCE = {"refused", "closed"}
"""Their code counts; the words for people may be put better, and tell times."""


class Player:
    """Says lines, and keeps what comes."""

    def __init__(self, url: str, secrets: Mapping[str, str]) -> None:
        """`secrets`: what is said in the place of a name, and is never kept."""
        self._url = url.replace("http", "ws", 1) + "/ws"
        self._open = contextlib.ExitStack()
        self._sockets: dict[str, ClientConnection] = {}
        self._names = {secret: name for name, secret in secrets.items()}
        """What stands for an id of the server's: `$ana`, `$made-ben-7`."""
        self._came: list[Line] = []

    def say(self, who: str, message: Line) -> bool:
        """Send it, and wait for its answer; whether it did not come too soon."""
        if who not in self._sockets:
            self._sockets[who] = self._open.enter_context(connect(self._url, max_size=None))
        text = json.dumps(message)
        for made, name in self._names.items():
            text = text.replace(f'"{name}"', f'"{made}"')
        self._sockets[who].send(text)
        while True:
            came = json.loads(self._sockets[who].recv(timeout=ANSWER_SECONDS))
            if came.get("code") == "too-fast":
                return False
            if came["type"] == "welcome":
                self._names[came["identity"]] = f"${who}"
            if came.get("made"):
                self._names[came["made"]] = f"$made-{who}-{came['id']}"
            self._came.append({"to": who, **came})
            if came["type"] in {"welcome", "refused"} or came.get("id") == message.get("id"):
                return True

    @property
    def heard(self) -> list[Line]:
        """As it came, but for the names: an id may be told before the answer that it is made by."""
        return [self._named(line) for line in self._came]

    def close(self) -> None:
        """Go, all of them."""
        self._open.close()

    def _named(self, message: Line) -> Line:
        text = json.dumps(message)
        for made, name in self._names.items():
            text = text.replace(made, name)
        named: Line = json.loads(text)
        if "session" in named:
            named["session"] = "$session"
        return named


@contextlib.contextmanager
def playing(url: str, secrets: Mapping[str, str]) -> Iterator[Player]:
    """A player whose connections end with the block."""
    player = Player(url, secrets)
    try:
        yield player
    finally:
        player.close()


def told(heard: list[Line]) -> dict[str, list[Any]]:
    """What each was told, in an order that does not depend on the clock, without times.

    Events stand one by one: how many go in a batch may differ.
    """
    by_person: dict[str, list[Any]] = {}
    for line in heard:
        mine = by_person.setdefault(line["to"], [])
        if line["type"] == "events":
            mine += [_timeless(event) for event in line["events"]]
        elif line["type"] in _COMPARED:
            left_out = {"to", "upto"} | ({"reason"} if line["type"] in _WITH_A_SENTENCE else set())
            mine.append(_timeless({key: line[key] for key in line if key not in left_out}))
    return by_person


def still_tells(old: object, new: object) -> bool:
    """Whether nothing that the old one says is missing or different in the new one."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and still_tells(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, list) and old and isinstance(old[0], dict):
        return isinstance(new, list) and len(old) == len(new) and all(map(still_tells, old, new))
    if isinstance(old, list):  # sets have no order, and may have grown
        return isinstance(new, list) and set(map(str, old)) <= set(map(str, new))
    return old == new


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "$time" if key in _TIMES and isinstance(one, float) else _timeless(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_timeless(one) for one in value]
    return value
