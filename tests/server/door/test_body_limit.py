"""Bodies that are too long or too slow."""

import json
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.server.door.body_limit import BODY_LIMIT, BODY_TIME, BodyLimit


def answered(*parts: bytes, pause: float = 0.0) -> tuple[int, dict[str, Any]]:
    """Status and answer to a request whose body comes in parts, each after a pause."""
    sent: list[Message] = []
    coming = list(parts)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        text = json.dumps({"bytes": len(body)}).encode()
        await send({"type": "http.response.body", "body": text})

    async def receive() -> Message:
        await pass_time(pause)
        return {"type": "http.request", "body": coming.pop(0), "more_body": bool(coming)}

    async def send(message: Message) -> None:
        sent.append(message)

    run_virtual(BodyLimit(app)({"type": "http", "headers": []}, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_a_body_up_to_the_limit_arrives_whole():
    """Also in parts."""
    half = b"x" * (BODY_LIMIT // 2)
    assert answered(half, half) == (200, {"bytes": BODY_LIMIT})


def test_a_longer_one_is_refused_before_all_of_it_is_there():
    """The parts after that are thrown away."""
    status, said = answered(b"x" * BODY_LIMIT, b"x", b"thrown away")
    assert (status, said["code"]) == (413, "body-too-long")


def test_a_slow_one_is_refused_after_its_time():
    """A byte now and then does not hold a place for ever."""
    status, said = answered(*[b"x"] * 100, pause=BODY_TIME / 50)
    assert (status, said["code"]) == (408, "body-too-slow")
