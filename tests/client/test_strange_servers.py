"""Doors that are not a tui-rooms server's."""

import asyncio
import contextlib
import json

import pytest
from websockets.asyncio.server import serve

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.client.lobby import Lobby
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire import features, messages

WELCOME = json.dumps(
    {"type": "welcome", "version": 1, "identity": "me", "name": "me", "session": "s"}
)


@contextlib.asynccontextmanager
async def server_that(answers):
    """A WebSocket server that runs `answers(socket)`; its URL."""
    async with serve(answers, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


@pytest.mark.parametrize(
    "greeting",
    ["hi", "{}", '{"type": "welcome"}', '{"type": "rooms", "rooms": []}', b"\x00\xff",
     WELCOME.replace('"version": 1', '"version": 99')],
)  # fmt: skip
async def test_a_stranger_is_told_apart_at_the_hello(greeting):
    """One sentence, whatever it says; trying again would not help."""

    async def answer(socket):
        await socket.recv()
        await socket.send(greeting)
        await socket.wait_closed()

    async with server_that(answer) as url:
        with pytest.raises(LinkError) as refused:
            await Lobby.enter(url)
    assert refused.value.code == "bad-message"
    assert not refused.value.retryable


async def test_a_door_that_is_no_websocket_is_told_apart():
    """A web server answers with its own page."""

    async def page(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno room")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LinkError) as refused:
            await Lobby.enter(f"127.0.0.1:{port}")
    assert refused.value.code == "refused-door"
    assert "HTTP 404 (no room)" in refused.value.sentence


async def test_a_door_that_speaks_no_http_is_told_apart():
    """Something else listens on the port."""

    async def shout(reader, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LinkError) as refused:
            await Lobby.enter(f"127.0.0.1:{port}")
    assert refused.value.code == "bad-message"


async def test_nonsense_after_the_welcome_ends_the_connection_with_a_sentence():
    """A request that was waiting is answered with the same error, at once."""

    async def answer(socket):
        await socket.recv()
        await socket.send(WELCOME)
        await socket.recv()
        await socket.send("nonsense")
        await socket.wait_closed()

    async with server_that(answer) as url:
        with pytest.raises(LinkError) as lost:
            await Lobby.enter(url)
    assert lost.value.code == "bad-message"


async def test_a_server_that_hangs_up_in_the_middle_is_a_lost_link():
    """It may be back in a moment: worth another try."""

    async def answer(socket):
        await socket.recv()
        await socket.send(WELCOME)
        await socket.recv()
        await socket.close(1012, "restarting")

    async with server_that(answer) as url:
        with pytest.raises(LinkError) as lost:
            await Lobby.enter(url)
    assert lost.value.code == "link-lost"
    assert lost.value.retryable
    assert lost.value.sentence.endswith("restarting")


async def test_a_server_of_before_calendar_links_is_not_asked_for_one():
    """It would answer that there is no such path."""

    async def answer(socket):
        await socket.recv()
        await socket.send(WELCOME)
        await socket.recv()
        await socket.send('{"type": "rooms", "rooms": []}')
        await socket.send('{"type": "ack", "id": 1}')
        await socket.wait_closed()

    async with server_that(answer) as url, Lobby.connect(url) as lobby:
        with pytest.raises(RoomError, match="runs an older tui-rooms") as refused:
            await lobby.calendar_link("tea")
    assert refused.value.code == "not-known-there"


async def test_a_server_of_before_there_were_features_is_greeted_without_them():
    """It refuses a field that it does not know; the same hello without it is taken."""
    heard = []

    async def answer(socket):
        async for text in socket:
            heard.append(json.loads(text))
            if "features" in heard[-1]:
                refused = {"type": "refused", "code": "bad-message", "reason": "features?"}
                await socket.send(json.dumps(refused))
            else:
                await socket.send(WELCOME)

    async with server_that(answer) as url:
        signalling = await Signalling.open(parse_address(url))
        await signalling.close()
    assert [("features" in hello) for hello in heard] == [True, False]


async def test_an_older_server_is_not_asked_for_what_it_does_not_know(monkeypatch):
    """The sentence says whose program is the older one; nothing is sent."""
    monkeypatch.setitem(features.REQUESTS, "find_rooms", "finding")
    heard = []

    async def answer(socket):
        async for text in socket:
            heard.append(json.loads(text)["type"])
            await socket.send(WELCOME)

    async with server_that(answer) as url:
        signalling = await Signalling.open(parse_address(url))
        signalling.start(lambda message: None)
        with pytest.raises(RoomError) as refused:
            await signalling.ask(lambda number: messages.FindRooms(id=number), messages.Found)
        await signalling.close()
    assert refused.value.code == "not-known-there"
    assert heard == ["hello"]
