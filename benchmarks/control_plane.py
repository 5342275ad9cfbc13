"""What strangers and lists cost the control plane: time of the loop, and bytes that wait unread.

    python benchmarks/control_plane.py [--rooms 950] [--watchers 95] [--json]

The real server in this process, real sockets on loopback. Times are CPU time of this process, so
that a loaded machine changes them little; clients that read are in another process. A push tells of
one room; "longest turn" is the longest that the loop was held, in milliseconds.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.server.door.test_unread import frame, server, silent_socket
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.roles import Role
from tui_rooms.server.api.shared import Shared
from tui_rooms.wire.features import KNOWN

ANA = Actor(identity="ana", name="Ana")
HOST = Actor(identity="ana", name="Ana", granted=Role.HOST, outside=True)
PUSHES = 10


class Turns:
    """The longest turn of the loop, in CPU seconds, and all of them together."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.sum = 0.0
        loop = asyncio.get_running_loop()
        self._run_once = loop._run_once  # type: ignore[attr-defined]
        loop._run_once = self._turn  # type: ignore[attr-defined]

    def reset(self) -> None:
        """Begin to measure."""
        self.longest = self.sum = 0.0

    def _turn(self) -> None:
        begin = time.thread_time()
        self._run_once()
        spent = time.thread_time() - begin
        self.longest = max(self.longest, spent)
        self.sum += spent


async def watch(port: int, count: int, *, known: bool, text: str) -> None:
    """Watch the list with so many connections, and read all that comes: the other process."""
    from websockets.asyncio.client import connect

    async def one(number: int) -> None:
        async with connect(f"ws://127.0.0.1:{port}/ws", max_size=None, compression=None) as link:
            names = sorted(KNOWN) if known else ["clock"]
            hello = {"type": "hello", "version": 1, "name": f"W{number}", "features": names}
            await link.send(json.dumps(hello))
            words = text.format(number)
            await link.send(json.dumps({"type": "watch_rooms", "id": 1, "text": words}))
            async for message in link:
                if json.loads(message)["type"] == "rooms" and number == 0:
                    print("ready", flush=True)

    await asyncio.gather(*map(one, range(count)))


@contextlib.asynccontextmanager
async def watchers(port: int, count: int, *options: str) -> AsyncIterator[None]:
    """Clients in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        __file__,
        "--watch",
        str(port),
        "--watchers",
        str(count),
        *options,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await asyncio.sleep(3)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def pushes(shared: Shared, port: int, turns: Turns, count: int, *options: str) -> Any:
    """What a push costs when one room has changed."""
    live = shared.door.registry.find("room-1")  # the fullest: it is shown
    async with watchers(port, count, *options):
        longest, spent = [], []
        for number in range(PUSHES):
            turns.reset()
            await live.execute(commands.UpdateRoom(title=f"Room of {number}"), HOST)
            await asyncio.sleep(1.2)
            longest.append(turns.longest * 1000)
            spent.append(turns.sum * 1000)
    middle = PUSHES // 2
    return {
        "longest turn": round(sorted(longest)[middle], 1),
        "in all": round(sorted(spent)[middle], 1),
    }


async def searches(shared: Shared, port: int, turns: Turns) -> Any:
    """What looking for words costs, with answers that are read."""
    from websockets.asyncio.client import connect

    figures = {}
    async with connect(f"ws://127.0.0.1:{port}/ws", max_size=None, compression=None) as link:
        await link.send(json.dumps({"type": "hello", "version": 1, "features": sorted(KNOWN)}))
        await link.recv()
        for kind in ("watch_rooms", "find_rooms"):
            longest, spent = [], []
            for number in range(PUSHES):
                await asyncio.sleep(0.3)
                turns.reset()
                asked = {"type": kind, "id": number, "text": f"evening {number}"}
                await link.send(json.dumps(asked))
                while json.loads(await link.recv()).get("id") != number:
                    pass
                longest.append(turns.longest * 1000)
                spent.append(turns.sum * 1000)
            figures[kind] = {
                "longest turn": round(sorted(longest)[PUSHES // 2], 1),
                "in all": round(sorted(spent)[PUSHES // 2], 1),
            }
    return figures


async def unread(shared: Shared, port: int, count: int) -> Any:
    """Bytes of this process that so many sockets cost which ask and never read."""
    live = shared.door.registry.find("room-1")
    for number in range(110):
        said = commands.SendMessage(message_id=f"m{number}", text="\u2615" * 1900, to=ToEveryone())
        await live.execute(said, ANA)
    before = resident()
    most, rss = 0, before
    sockets: list[socket.socket] = []
    for _ in range(count):
        sock = await silent_socket(port)
        sock.sendall(frame({"type": "hello", "version": 1, "name": "Silent"}))
        join = frame({"type": "join_room", "id": 1, "room": "room-1", "media": False})
        asks = [frame({"type": "read_chat", "id": number, "limit": 100}) for number in range(2, 22)]
        sock.sendall(join + b"".join(asks))
        sockets.append(sock)
    for _ in range(120):
        await asyncio.sleep(0.1)
        backlog = getattr(shared.door, "backlog", None)
        most = max(most, backlog.size if backlog else 0)
        rss = max(rss, resident())
    for sock in sockets:
        sock.close()
    return {"most counted MB": round(most / 1e6, 1), "grown by MB": round((rss - before) / 1e6)}


def resident() -> int:
    """Bytes of memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


async def measure(rooms: int, count: int) -> dict[str, Any]:
    """All of it."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        async with server(Path(name)) as (shared, port):
            for number in range(rooms):
                wanted = commands.CreateRoom(
                    room_id=f"room-{number}",
                    title=f"Room {number}",
                    description="An evening of many words. " * 15,
                    starts_at=time.time() + 86_400.0,  # else it ends when nobody comes
                )
                await shared.door.registry.create(wanted, room_type="audio_room", actor=ANA)
            live = shared.door.registry.find("room-1")
            await live.execute(commands.JoinRoom(), ANA)
            await live.execute(commands.GoLive(), ANA)
            turns = Turns()
            figures["push, clients of now"] = await pushes(shared, port, turns, count, "--known")
            figures["push, older clients"] = await pushes(shared, port, turns, count)
            figures["push, all with words of their own"] = await pushes(
                shared, port, turns, count, "--known", "--text", "evening {}"
            )
            figures |= await searches(shared, port, turns)
            figures["never read"] = await unread(shared, port, count)
    return figures


def main() -> None:
    """Measure, and print a line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=950)
    parser.add_argument("--watchers", type=int, default=95)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--watch", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--known", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--text", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.watch:
        asyncio.run(watch(args.watch, args.watchers, known=args.known, text=args.text))
        return
    figures = asyncio.run(measure(args.rooms, args.watchers))
    if args.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            told = ", ".join(f"{what} {value}" for what, value in figure.items())
            print(f"{name}: {told}")


if __name__ == "__main__":
    main()
