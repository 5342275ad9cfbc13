"""People who only want in, one after the other, from the address of an attack.

    python -m benchmarks.attacks.honest HOST PORT ME SECONDS    started by `attack.py`

In is who has been let into the room, has a path and keys, and so would hear. It begins with a line
of its input, and prints how long the slowest took and how many were not let in within 10 s.
"""

import asyncio
import contextlib
import json
import sys
import time
from typing import Final

from benchmarks.load_socket import SmallWebSocket
from tests.support.peers import MediaPeer

EVERY: Final = 1.0
"""Seconds between two of them."""
PATIENCE: Final = 10.0


async def _comes_in(host: str, port: int, me: str) -> float | None:
    begin = time.monotonic()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while True:
                if await _tries(host, port, me):
                    return time.monotonic() - begin
                await asyncio.sleep(0.1)
    return None


async def _tries(host: str, port: int, me: str) -> bool:
    socket = peer = None
    try:
        socket = await SmallWebSocket.open((host, port), "/ws", host=me)
        await socket.say({"type": "hello", "version": 1, "name": "Honest"})
        await socket.say({"type": "join_room", "id": 1, "room": "tone"})
        while (told := await socket.hear())["type"] != "media_offer":
            if told["type"] == "refused":
                return False
        peer = MediaPeer(told["sdp"], host=me)
        peer.server = (host, peer.server[1])
        await socket.say({"type": "answer_media", "id": 2, "sdp": peer.answer_sdp})
        await peer.check()
        await peer.handshake()
    except (OSError, ValueError, EOFError, AssertionError):
        return False
    finally:
        if peer is not None:
            peer.close()
        if socket is not None:
            socket.close()
    return True


async def main(host: str, port: int, me: str, seconds: float) -> None:
    """Come in for so many seconds."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    until = time.monotonic() + seconds - EVERY
    slowest, came, kept_out = 0.0, 0, 0
    while (begin := time.monotonic()) < until:
        took = await _comes_in(host, port, me)
        if took is None:
            kept_out += 1
        else:
            came += 1
            slowest = max(slowest, took)
        await asyncio.sleep(max(0.0, begin + EVERY - time.monotonic()))
    print(json.dumps({"enter_s": slowest, "came": came, "kept_out": kept_out}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
