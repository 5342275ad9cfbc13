"""Clients that stop reading, and servers that stop: who is told what, and what stays."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.client.watching import until
from tests.server.serving import served, serving
from tests.support.dialogue import ANSWER_SECONDS, dialogue
from tests.support.proxy import proxy_to
from tests.support.server import running_server
from tests.support.waiting import wait_until
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.server.rooms.telling.outbox import LIMIT

OPENING = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def test_a_client_that_reads_nothing_is_hung_up_on():
    """It answers no ping either; that much was written to it does not keep it any longer."""
    ended = asyncio.Event()

    async def flood(scope, receive, send):
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": os.urandom(5_000).hex()})
        except OSError:
            ended.set()

    async with serving(flood, ws_ping_interval=0.1, ws_ping_timeout=0.1) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(OPENING.encode())
        try:
            async with asyncio.timeout(20):
                await ended.wait()
        finally:
            writer.transport.abort()


async def all_that_comes(client: ClientConnection) -> AsyncIterator[str]:
    """Until the server closes, for whatever reason."""
    with suppress(ConnectionClosed):
        while True:
            yield str(await client.recv())


async def test_a_client_that_is_too_far_behind_is_told_so(tmp_path):
    """It gets what waited, in order, then 1013; the others notice nothing."""
    async with (
        served(tmp_path) as (shared, url),
        connect(url.replace("http", "ws") + "/ws") as slow,
    ):
        await slow.send('{"type": "hello", "version": 1, "name": "Slow"}')
        await slow.send('{"type": "create_room", "id": 1, "title": "Tea", "live": true}')
        await slow.send('{"type": "join_room", "id": 2, "room": "tea", "media": false}')
        while json.loads(await slow.recv()).get("id") != 2:
            pass
        live = shared.door.registry.find("tea")
        (seat,) = live._seats.values()
        for number in range(LIMIT + 100):
            seat.outbox.put(f"{number}")
        numbers = [text async for text in all_that_comes(slow) if text.isdecimal()]
        assert slow.close_code == 1013
        assert numbers == [f"{number}" for number in range(len(numbers))]
        assert LIMIT - 10 < len(numbers) <= LIMIT
        await asyncio.to_thread(wait_until, lambda: seat.away, "its place to be kept")


async def test_a_server_that_is_asked_to_stop_tells_and_keeps_all(tmp_path):
    """SIGTERM: everyone hears 1012, and comes back to their place and to all that was said."""
    data = ["--data", str(tmp_path / "data")]
    async with AsyncExitStack() as stack:
        first = stack.enter_context(running_server(*data))
        proxy = await stack.enter_async_context(proxy_to(first.port))
        witness = stack.enter_context(dialogue(first.url, name="Witness"))
        create = CreateOptions(title="Tea")
        ana = await RoomClient.enter(proxy.url, room="tea", name="ana", media=False, create=create)
        ben = await RoomClient.enter(proxy.url, room="tea", name="ben", media=False)
        made = [await ben.send_message(f"message {n}") for n in range(5)]
        identities = (ana.identity, ben.identity)
        proxy.open = False
        first.may_end = True
        first.process.send_signal(signal.SIGTERM)
        for who in (ana, ben):
            await until(who, lambda: who.link.phase is LinkPhase.RECONNECTING, "the end")  # noqa: B023
        assert await asyncio.to_thread(first.process.wait, 10) == 0
        with pytest.raises(ConnectionClosed) as closed:
            witness.socket.recv(timeout=ANSWER_SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        second = stack.enter_context(running_server(*data))
        proxy.target_port, proxy.open = second.port, True
        for who in (ana, ben):
            await until(who, lambda: who.link.phase is LinkPhase.CONNECTED, "the return")  # noqa: B023
        assert (ana.identity, ben.identity) == identities
        assert [message for message in ana.room.chat if message in made] == made
        await until(ana, lambda: ben.identity in ana.room.audience, "the other one")
        await ana.leave()
        await ben.leave()
