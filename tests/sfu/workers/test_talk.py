"""What is said between a server and its worker while one of them does not listen."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.port import Connected, Gone, Levels
from tui_rooms.sfu.workers.passing import pair
from tui_rooms.sfu.workers.talk import UNREAD, Channel, Entry, event_of
from tui_rooms.sfu.workers.worker import Worker

PEOPLE = 100
LEVELS = Levels("den", {f"peer {i}": -20 for i in range(PEOPLE)}, frozenset(), (None,) * 4)


@contextlib.asynccontextmanager
async def a_worker() -> AsyncIterator[tuple[Worker, Channel, socket.socket]]:
    """One in this process, its end of the channel, and the server's, of which nobody reads."""
    ours, theirs = socket.socketpair()
    ear, mouth = pair()
    channel = await Channel.over(ours)
    worker = Worker(channel, EmbeddedEngine(), 0, [ear])
    try:
        yield worker, channel, theirs
    finally:
        worker._passing.close()
        channel.close()
        for end in (theirs, ear, mouth):
            end.close()


async def test_a_server_that_stands_still_is_kept_no_levels_and_told_the_rest():
    """However long it does: what was loud then is over; who has come and gone is not."""
    async with a_worker() as (worker, channel, theirs):
        worker._tell(Connected("first"))
        for _ in range(5_000):
            worker._tell(LEVELS)
            await asyncio.sleep(0)
        assert not channel.is_read
        worker._tell(Gone("last", "it left"))
        await asyncio.sleep(0)
        waiting = channel._writer.transport.get_write_buffer_size()
        assert waiting < UNREAD + 20 * PEOPLE + 1_000
        heard: list[Entry] = []
        told = asyncio.Event()

        def hear(entry: Entry) -> None:
            heard.append(entry)
            if entry == ["gone", "last", "it left"]:
                told.set()

        server = await Channel.over(theirs.dup())
        reading = asyncio.create_task(server.hear(hear))
        await told.wait()
        assert [event_of(entry) for entry in heard[:2]] == [Connected("first"), LEVELS]
        assert channel.is_read
        reading.cancel()
        server.close()
