"""Who does not read is not written to: real sockets that never read, and those beside them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager

from tests.client.watching import until
from tests.server.people import actor
from tests.server.serving import serving
from tests.server.silent_engine import SilentEngine
from tests.support.proxy import proxy_to
from tests.support.waiting import wait_until
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.events import EventSent
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.server.api.shared import Shared
from tui_rooms.server.app import build_app
from tui_rooms.server.door import unread
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.entrance import Connections
from tui_rooms.server.parts import opened_parts
from tui_rooms.server.rooms.telling.backlog import PER_ADDRESS, Backlog
from tui_rooms.wire import messages

OPENING = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SECONDS = 20.0
"""A limit, not an expectation."""


@asynccontextmanager
async def server(data) -> AsyncIterator[tuple[Shared, int]]:
    """A server in this process, and its port."""
    async with opened_parts(
        data, keys=load_keys(data), engine=SilentEngine(), guests=True, room_types=ROOM_TYPES
    ) as shared:
        app = build_app(shared, Connections())
        async with serving(app, backlog=shared.door.backlog) as port:
            yield shared, port


def frame(message: dict[str, object]) -> bytes:
    """A message as a frame, masked with zeros."""
    text = json.dumps(message).encode()
    assert len(text) < 126
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text


async def silent_socket(port: int) -> socket.socket:
    """A WebSocket whose end nobody reads, once it is open."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(OPENING)
    sock.setblocking(False)
    assert b" 101 " in await asyncio.get_running_loop().sock_recv(sock, 1000)
    return sock


async def when(true: Callable[[], object], what: str) -> None:
    """Wait until that is so, while everything goes on."""
    await asyncio.to_thread(wait_until, true, what, SECONDS)


async def test_pages_that_nobody_reads_cost_little_memory(tmp_path):
    """Sockets that ask and ask, and never read: what waits stays in its bounds; others are
    answered from the same address meanwhile."""
    async with server(tmp_path) as (shared, port):
        sockets = ExitStack()
        backlog = shared.door.backlog
        create = CreateOptions(title="Tea")
        async with RoomClient.join(
            f"http://127.0.0.1:{port}", room="tea", name="ana", media=False, create=create
        ) as ana:
            live = shared.door.registry.find("tea")
            for number in range(100):
                said = commands.SendMessage(
                    message_id=f"m{number}", text="\u00e9" * 1900, to=ToEveryone()
                )
                await live.execute(said, actor(ana.identity))
            for _ in range(30):
                sock = sockets.enter_context(await silent_socket(port))
                sock.sendall(frame({"type": "hello", "version": 1, "name": "Silent"}))
                sock.sendall(
                    frame({"type": "join_room", "id": 1, "room": "tea", "media": False})
                    + b"".join(
                        frame({"type": "read_chat", "id": number, "limit": 100})
                        for number in range(2, 12)
                    )
                )
            assert len((await ana.messages_before()).messages) == 100
            await when(lambda: backlog.cut, "the fullest to be cut")
            await when(lambda: backlog.size <= PER_ADDRESS, "what waits to be little")
            assert len((await ana.messages_before()).messages) == 100
            sockets.close()
            await when(lambda: backlog.size == 0, "nothing to wait")
            assert ana.link.phase is LinkPhase.CONNECTED


async def test_a_member_who_does_not_read_is_cut_and_comes_back_to_all_that_was_said(tmp_path):
    """At once, not after two pings; their place is kept, and others notice nothing."""
    async with server(tmp_path) as (shared, port), proxy_to(port) as proxy:
        create = CreateOptions(title="Tea")
        ana = await RoomClient.enter(proxy.url, room="tea", name="ana", media=False, create=create)
        ben = await RoomClient.enter(
            f"http://127.0.0.1:{port}", room="tea", name="ben", media=False
        )
        live = shared.door.registry.find("tea")
        seat = live._seats[ana.identity]
        proxy.stall()
        loud = EventSent(
            identity=ben.identity, name="ben", type="noise", data=f'"{"x" * 8000}"', at=1.0
        )
        text = messages.Signals(signals=(loud,)).model_dump_json()
        for _ in range(200):
            live._announcer.tell_all(text)
            await asyncio.sleep(0)
        await when(lambda: seat.away, "the place of who does not read to be kept")
        assert ben.link.phase is LinkPhase.CONNECTED
        assert shared.door.backlog.size < 300_000
        made = await ben.send_message("you have missed something")
        proxy.go_on()
        await until(ana, lambda: made in ana.room.chat, "what was said meanwhile")
        assert ana.identity == seat.identity
        await ana.leave()
        await ben.leave()


async def test_an_answer_over_http_that_nobody_reads_is_counted_and_then_given_up(
    tmp_path, monkeypatch
):
    """A second request on the connection is looked at when the first answer has been read."""
    monkeypatch.setattr(unread, "STALLED", 0.5)
    asked = 0

    async def page(scope, receive, send):
        nonlocal asked
        asked += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 30_000_000})

    backlog = Backlog()
    async with serving(page, backlog=backlog) as port:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(2 * b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            await when(lambda: backlog.size, "something to wait")
            await when(lambda: not backlog.size, "it to be given up")
    assert asked == 1
