"""A TCP relay in front of a server, whose connections a test can cut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Proxy:
    """Relays bytes until cut. Media goes by UDP and does not come through here."""

    def __init__(self, target_port: int) -> None:
        self.url = ""
        self.open = True
        """Whether new connections are taken; closed, each is hung up on at once."""
        self.target_port = target_port
        """Where it leads; a server that starts again has another."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    def cut(self) -> None:
        """Break every connection, without a goodbye."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Let nothing through until `go_on`; nothing is closed, and nothing gets lost."""
        self._flows.clear()

    def go_on(self) -> None:
        """Let everything through again."""
        self._flows.set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one connection, both ways."""
        if not self.open:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._writers -= {writer, far_writer}
            for end in (writer, far_writer):
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    """A relay on a free port of 127.0.0.1."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await server.wait_closed()
