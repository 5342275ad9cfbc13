"""A WebSocket that costs the load test next to nothing: most of what comes is thrown away unread.

Hundreds of clients hear ten messages a second each. Reading them as a real client does would take
the generator's core, which is not what is measured.
"""

import asyncio
import contextlib
import json
import secrets
import socket
from typing import Any, Final

_CONTINUATION: Final = 0
_TEXT: Final = 1
_PING: Final = 9
_PONG: Final = 10
_FINAL: Final = 0x80
_MASKED: Final = 0x80


class SmallWebSocket:
    """Text messages of JSON, each in one frame or several; pings are answered."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffer = bytearray()
        self._saying = asyncio.Lock()

    @classmethod
    async def open(
        cls, server: tuple[str, int], path: str, *, host: str, protocol: str | None = None
    ) -> "SmallWebSocket":
        """Connect.

        Args:
            server: its address and port.
            path: of the resource.
            host: our address.
            protocol: the subprotocol to ask for.

        Raises:
            ConnectionError: no WebSocket there.
        """
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            return await cls._opened(sock, server, path, host=host, protocol=protocol)
        except BaseException:
            sock.close()
            raise

    @classmethod
    async def _opened(
        cls,
        sock: socket.socket,
        server: tuple[str, int],
        path: str,
        *,
        host: str,
        protocol: str | None,
    ) -> "SmallWebSocket":
        loop = asyncio.get_running_loop()
        sock.setblocking(False)
        sock.bind((host, 0))
        await loop.sock_connect(sock, server)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {server[0]}:{server[1]}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: bG9hZCBsb2FkIGxvYWQhIQ==",
        ]
        if protocol is not None:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        await loop.sock_sendall(sock, "\r\n".join([*lines, "", ""]).encode())
        opened = cls(sock)
        while (end := opened._buffer.find(b"\r\n\r\n")) < 0:
            await opened._more()
        head = bytes(opened._buffer[:end])
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(f"no WebSocket: {head[:200]!r}")
        del opened._buffer[: end + 4]
        return opened

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        frame = _frame(_TEXT, json.dumps(message).encode())
        async with self._saying:  # many may speak over one socket, a frame each
            await asyncio.get_running_loop().sock_sendall(self._socket, frame)

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        whole = bytearray()
        while True:
            while (frame := self._next()) is None:
                await self._more()
            first, payload = frame
            if first & 0x0F not in (_TEXT, _CONTINUATION):
                continue
            # Janus cuts what is longer than a few kB: a session with four speakers, for example.
            whole += payload
            if first & _FINAL:
                message: dict[str, Any] = json.loads(whole)
                return message

    def skip(self) -> None:
        """Throw away what has come, without waiting."""
        self._drain()
        while self._next() is not None:
            pass

    def close(self) -> None:
        """Leave without a word."""
        self._socket.close()

    async def _more(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._socket, 1 << 16)
        if not data:
            raise ConnectionError("the server has closed the WebSocket")
        self._buffer += data

    def _drain(self) -> None:
        """Take what has come, without waiting."""
        with contextlib.suppress(OSError):
            while data := self._socket.recv(1 << 16):
                self._buffer += data

    def _next(self) -> tuple[int, bytes] | None:
        """First byte and payload of the next whole frame; servers mask nothing."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, at = buffer[1] & 0x7F, 2
        if length >= 126:
            at = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:at], "big")
        if len(buffer) < at + length:
            return None
        first, payload = buffer[0], bytes(buffer[at : at + length])
        del buffer[: at + length]
        if first & 0x0F == _PING:
            try:
                self._socket.send(_frame(_PONG, payload))
            except OSError:
                return None
        return first, payload


def _frame(kind: int, payload: bytes) -> bytes:
    mask = secrets.token_bytes(4)
    size = len(payload)
    if size < 126:
        head = bytes((_FINAL | kind, _MASKED | size))
    else:
        head = bytes((_FINAL | kind, _MASKED | 126)) + size.to_bytes(2, "big")
    cover = (mask * (size // 4 + 1))[:size]
    hidden = int.from_bytes(payload, "big") ^ int.from_bytes(cover, "big")
    return head + mask + hidden.to_bytes(size, "big")
