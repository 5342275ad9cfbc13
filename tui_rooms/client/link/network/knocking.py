"""A TCP connection over a network that may have lost the first packet, or all so far.

A kernel says it again after 1, 3 and 7 seconds: whose network is back in between would wait for
seconds. So a new try is begun every second beside those that wait, and the first one counts.
"""

import asyncio
import itertools
import socket
from collections.abc import Sequence
from typing import Any, Final

KNOCK_EVERY: Final = 1.0
"""Seconds."""
NEXT_ADDRESS: Final = 0.25
"""Seconds after which a server's next address is tried beside the one before, the first time:
RFC 8305 §5."""


async def knock(host: str, port: int, *, timeout: float) -> socket.socket:
    """Connect to a server, by whichever of its addresses.

    Raises:
        TimeoutError: nobody has answered.
        OSError: no such name, or each address refuses; what the first one said.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(timeout):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return await _first(list(dict.fromkeys((family, where) for family, *_, where in found)))


async def _first(doors: Sequence[tuple[int, Any]]) -> socket.socket:
    tries: list[asyncio.Task[socket.socket]] = []
    try:
        for number, (family, where) in enumerate(itertools.cycle(doors)):
            tries.append(asyncio.create_task(_connected(family, where)))
            pause = NEXT_ADDRESS if number + 1 < len(doors) else KNOCK_EVERY
            if (made := await _answered(tries, pause)) is not None:
                tries.remove(made)
                return made.result()
            if number + 1 >= len(doors) and all(one.done() for one in tries):
                raise tries[0].exception() or OSError(f"no way to port {where}")
        raise OSError("the name has no address")
    finally:
        for one in tries:
            one.cancel()
        if tries:
            await asyncio.wait(tries)
        for one in tries:
            if not one.cancelled() and one.exception() is None:
                one.result().close()


async def _answered(
    tries: Sequence[asyncio.Task[socket.socket]], pause: float
) -> asyncio.Task[socket.socket] | None:
    """One that is through; None when there is none after the pause, or none that waits."""
    loop = asyncio.get_running_loop()
    until = loop.time() + pause
    while waiting := [one for one in tries if not one.done()]:
        await asyncio.wait(
            waiting,
            timeout=max(0.0, until - loop.time()),
            return_when=asyncio.FIRST_COMPLETED,
        )
        through = [one for one in tries if one.done() and one.exception() is None]
        if through:
            return through[0]
        if loop.time() >= until:
            return None
    return None


async def _connected(family: int, where: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock
