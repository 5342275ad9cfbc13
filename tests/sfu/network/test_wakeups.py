"""When the engine's socket is read: real sockets on a real loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.wakeups import FEW, MANY, Wakeups

BATCH = 8


class Reader:
    """Reads a socket, and knows what came."""

    def __init__(self) -> None:
        self.udp = UdpSocket.bind("127.0.0.1", 0)
        self.taken: list[bytes] = []
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sender.connect(("127.0.0.1", self.udp.port))
        self.wakeups = Wakeups(asyncio.get_running_loop(), self.udp.fileno, self.read, batch=BATCH)

    def read(self) -> int:
        """As the engine does."""
        for taken in range(BATCH):
            datagram = self.udp.receive()
            if datagram is None:
                return taken
            self.taken.append(datagram[0])
            if len(self.taken) == self._wanted:
                self._all.set()
        return BATCH

    async def hear(self, count: int) -> None:
        """Send so many, and wait until they have been read."""
        self._wanted = len(self.taken) + count
        self._all = asyncio.Event()
        for number in range(count):
            self.sender.send(b"%d" % number)
        async with asyncio.timeout(10):
            await self._all.wait()


@asynccontextmanager
async def reading() -> AsyncIterator[Reader]:
    """A reader that has started."""
    reader = Reader()
    reader.wakeups.start()
    try:
        yield reader
    finally:
        reader.wakeups.close()
        reader.sender.close()
        reader.udp.close()


async def test_all_that_comes_is_read_whether_it_naps_or_not():
    """Many make it nap and few wake it again; every datagram is read, in order."""
    async with reading() as reader:
        assert not reader.wakeups.naps
        await reader.hear(MANY)
        reader.wakeups.tick()
        assert reader.wakeups.naps
        await reader.hear(3 * BATCH)  # more than one look takes
        await reader.hear(FEW + 1)
        reader.wakeups.tick()
        assert reader.wakeups.naps
        await reader.hear(FEW)
        reader.wakeups.tick()
        assert not reader.wakeups.naps
        await reader.hear(1)
        counts = (MANY, 3 * BATCH, FEW + 1, FEW, 1)
        assert reader.taken == [b"%d" % n for count in counts for n in range(count)]


async def test_nothing_is_read_after_the_end_of_naps():
    """Closed in the middle of a nap, it does not look again."""
    async with reading() as reader:
        await reader.hear(MANY)
        reader.wakeups.tick()
        reader.wakeups.close()
        assert not reader.wakeups.naps
        before = len(reader.taken)
        reader.sender.send(b"late")
        assert await asyncio.to_thread(reader.udp.receive) == (
            b"late",
            reader.sender.getsockname(),
            None,
        )
        assert len(reader.taken) == before
