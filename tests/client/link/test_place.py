"""Getting back in at a server that has no time at first."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.support.virtual_time import run_virtual
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.backoff import LONGEST
from tui_rooms.client.link.place import Place
from tui_rooms.client.link.search import Looking
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.client.room import PATIENCE
from tui_rooms.rules.errors import RoomError

SECONDS = 10.0
"""A limit, not an expectation."""
WELCOME = {"type": "welcome", "version": 1, "identity": "me", "name": "ana", "session": "s"}


class Server:
    """It lets one in, hangs up, and does not let one in again at once."""

    def __init__(self, refusals: list[str]) -> None:
        self.url = ""
        self.visits = 0
        self._refusals = ["", *refusals]
        """For each visit the code with which it is refused; "429" at the door, "" not at all."""

    def at_the_door(self, socket: ServerConnection, _request: Request) -> Response | None:
        """Before there is a WebSocket."""
        self.visits += 1
        if self._refusal == "429":
            return socket.respond(HTTPStatus.TOO_MANY_REQUESTS, "100 connections open already")
        return None

    async def talk(self, socket: ServerConnection) -> None:
        """A hello and a join."""
        await socket.recv()
        await socket.send(json.dumps(WELCOME))
        number = json.loads(await socket.recv())["id"]
        if self._refusal:
            refused = {"type": "refused", "code": self._refusal, "reason": "wait 15 s"}
            await socket.send(json.dumps(refused | {"id": number}))
        else:
            await socket.send(json.dumps({"type": "ack", "id": number, "room": "tea"}))
            await socket.send(json.dumps({"type": "events", "events": [], "upto": 1}))
        if self.visits == 1:
            await socket.close(1012, "restarting")
        await socket.wait_closed()

    @property
    def _refusal(self) -> str:
        """Of the visit of now; the last one's for all after it."""
        return self._refusals[min(self.visits, len(self._refusals)) - 1]


@contextlib.asynccontextmanager
async def place_lost_at(*refusals: str) -> AsyncIterator[tuple[Server, Place, LinkError]]:
    """The server, a place that one had there, and how its link was lost."""
    server = Server(list(refusals))
    async with serve(server.talk, "127.0.0.1", 0, process_request=server.at_the_door) as listening:
        place = Place(
            parse_address(f"127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"),
            name="ana",
            token=None,
            session=None,
            password="milk",
            media=False,
            on_message=lambda _: None,
        )
        await place.arrive("tea", None, None)
        try:
            yield server, place, await place.ended()
        finally:
            await place.close()


@pytest.mark.parametrize(
    "refusal", ["busy", "not-kept", "not-read", "too-fast", "too-many-tries", "429"]
)
async def test_a_refusal_that_passes_does_not_end_the_stay(refusal):
    """All come back to a server at once: who comes too early tries again."""
    async with place_lost_at(refusal, "") as (server, place, lost):
        await place.come_back(lost, None, None, SECONDS)
        assert server.visits == 3


async def test_a_refusal_that_stays_ends_the_stay_at_once():
    """Another try would have the same answer."""
    async with place_lost_at("wrong-password", "") as (server, place, lost):
        with pytest.raises(RoomError) as refused:
            await place.come_back(lost, None, None, SECONDS)
        assert refused.value.code == "wrong-password"
        assert server.visits == 2


async def test_a_refusal_that_does_not_pass_in_time_is_in_the_sentence():
    """After the patience is over; the reason is the server's."""
    async with place_lost_at("too-many-tries") as (_, place, lost):
        with pytest.raises(LinkError, match=r"given up after 0\.5 s: wait 15 s") as given_up:
            await place.come_back(lost, None, None, 0.5)
        assert given_up.value.code == "server-gone"


def test_a_server_that_is_back_after_34_s_is_found(monkeypatch: pytest.MonkeyPatch):
    """It was killed, and started again by hand; ten minutes are enough for that."""

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        async def opened(*_: object, **__: object) -> None:
            if loop.time() < 34.0:
                raise LinkError("no-answer", "nobody answers", retryable=True)
            raise RoomError("wrong-password", "the server is there")

        monkeypatch.setattr(Signalling, "open", opened)
        told: list[Looking | None] = []
        place = Place(
            parse_address("127.0.0.1:7600"),
            name="ana",
            token=None,
            session=None,
            password=None,
            media=False,
            on_message=lambda _: None,
            on_search=told.append,
        )
        lost = LinkError("link-lost", "the connection is lost", retryable=True)
        with pytest.raises(RoomError, match="the server is there"):
            await place.come_back(lost, None, None, PATIENCE)
        assert 34.0 <= loop.time() <= 34.0 + LONGEST
        assert told[-1] is None
        assert all(one is None or one.until == PATIENCE for one in told)

    run_virtual(scenario())
