"""What a large audience costs: each client's signalling, and the server's CPU for a join.

python benchmarks/presence.py [--sizes 100,1000,5000] [--json]

Over the real LiveRoom, with the real log in memory: seats without sockets, whose messages are
counted as they would go out, and whose clients really read what a listener would. A room is
filled, then people come and go in it at a steady rate, and one listener's and one host's bytes
are counted.

Figures of 2 cores with Python 3.11 stand in the commit that changes them.
"""

import argparse
import asyncio
import gc
import itertools
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.server.people import open_room
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.telling.outbox import Outbox

CHURN_SECONDS = 10
JOINS = 200
JOINS_PER_SECOND = 50
FILL_SECONDS = 9
"""Until all names that clients are shown have been told."""
LIMIT_BYTES = 2000


class Counted(Outbox):
    """An outbox that is emptied as a fast client would, and weighs what was in it."""

    def __init__(self, *, weigh: bool = False) -> None:
        super().__init__()
        self.bytes = 0
        self._weigh = weigh

    def put(self, text: str) -> None:
        if self._weigh:
            self.bytes += len(text.encode())

    def put_latest(self, kind: str, text: str) -> None:
        self.put(text)


_numbers = itertools.count()


async def join(live: LiveRoom, *, weigh: bool = False) -> Seat:
    """One more listener, with an identity and a name of common lengths."""
    number = next(_numbers)
    who = Actor(identity=f"guest-{number:012x}", name=f"Listener {number}")
    seat = Seat(identity=who.identity, outbox=Counted(weigh=weigh), evict=lambda *_: None)
    await live.join(commands.JoinRoom(), who, seat)
    return seat


async def measure(size: int) -> dict[str, float]:
    """One room of that size."""
    _, live = await open_room(clock=time.time)
    await live.join(
        commands.JoinRoom(),
        Actor(identity="ana", name="Ana"),
        host := Seat(identity="ana", outbox=Counted(weigh=True), evict=lambda *_: None),
    )
    seats = [await join(live, weigh=index == 0) for index in range(size)]
    await asyncio.sleep(FILL_SECONDS)
    gc.collect()
    started = time.process_time()
    more = [await join(live) for _ in range(JOINS)]
    per_join = (time.process_time() - started) / JOINS
    for seat in more:
        await live.leave(seat)
    await asyncio.sleep(3)
    listener = seats[0].outbox
    assert isinstance(listener, Counted)
    assert isinstance(host.outbox, Counted)
    seats_before, host_before = listener.bytes, host.outbox.bytes
    started, began = time.process_time(), time.monotonic()
    turn = 1
    for step in range(CHURN_SECONDS * JOINS_PER_SECOND):
        await asyncio.sleep(max(0.0, began + step / JOINS_PER_SECOND - time.monotonic()))
        turn = turn % (len(seats) - 1) + 1
        await live.leave(seats[turn])
        seats[turn] = await join(live)
    elapsed = time.monotonic() - began
    churn_cpu = time.process_time() - started
    result = {
        "listeners": size,
        "join_us": per_join * 1e6,
        "listener_bytes_per_s": (listener.bytes - seats_before) / elapsed,
        "host_bytes_per_s": (host.outbox.bytes - host_before) / elapsed,
        "churn_cpu_percent": 100 * churn_cpu / elapsed,
    }
    await live.close()
    return result


async def main() -> int:
    """Measure each size; 1 when a client is told too much."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", default="100,1000,5000")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [await measure(int(size)) for size in args.sizes.split(",")]
    if args.json:
        print(json.dumps(rows))
    else:
        print(f"{JOINS_PER_SECOND} people a second leave and others join")
        print("listeners  a join   a listener hears  a host hears  CPU of the churn")
        for row in rows:
            print(
                f"{row['listeners']:>9.0f}  {row['join_us']:4.0f} µs  "
                f"{row['listener_bytes_per_s']:11.0f} B/s  {row['host_bytes_per_s']:8.0f} B/s"
                f"  {row['churn_cpu_percent']:13.1f} %"
            )
    return int(any(row["listener_bytes_per_s"] > LIMIT_BYTES for row in rows))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
