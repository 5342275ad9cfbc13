"""What it costs to spread rooms, or one room, over media workers, and what the end of one costs.

    python benchmarks/workers.py [--listeners 200] [--speakers 3] [--seconds 10] [--rounds 3]
                                 [--only rooms|spread|kill]

Real workers, and clients with real ICE, DTLS and SRTP in this process, on loopback. CPU is what the
system counts for the workers' processes alone, user and kernel; generating is not in it.

- rooms: two rooms on two workers, beside one room on one: CPU of each.
- spread: one room over two workers, beside the same listeners on one: CPU in all. Goal: at most
  1.15 times.
- kill: `kill -9` of the worker of the stage, and of one that only has listeners: seconds until
  everybody has heard something new. Goal: at most 2. A client asks for another offer as soon as it
  is told, as ours does; its WebSocket is not in it.

Each pair is measured in turn, `--rounds` times; printed is every round, as JSON, and no mean: on a
machine that does other things the lowest are the true ones.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.peers import MediaPeer
from tui_rooms.sfu.port import EngineEvent, Gone
from tui_rooms.sfu.workers.pool import MediaWorkers

FRAME = 0.02
PAYLOAD = bytes(160)
"""As large as speech with one earlier frame in RED."""
JOINING = 8
"""Handshakes at a time."""
CONSENT_EVERY = 10.0
GIVEN_UP = 30.0
"""Seconds after which somebody will never hear again."""
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Of a process so far, user and kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class Crowd:
    """Clients of some workers; whoever is told that their worker has ended comes again."""

    def __init__(self, engine: MediaWorkers) -> None:
        self.engine = engine
        self.peers: dict[str, MediaPeer] = {}
        self.speakers: list[str] = []
        self.heard: dict[str, float] = {}
        """When each has last heard something."""
        self.packets = 0
        self._rooms: dict[str, str] = {}
        self._names: dict[str, str] = {}
        """Of people, by peer."""
        self._times = 0
        self._works: set[asyncio.Task[None]] = set()
        self._chance = random.Random(1)
        self._doors = asyncio.Semaphore(JOINING)

    def on_event(self, event: EngineEvent) -> None:
        """Come again when the engine says that one is gone."""
        if isinstance(event, Gone) and (name := self._names.get(event.peer)):
            self._begin(self.join(name, self._rooms[name]))

    async def join(self, name: str, room: str) -> None:
        """Connect, and count what comes from then on."""
        self._rooms[name] = room
        speaks = name in self.speakers
        async with self._doors:
            self._times += 1
            peer_name = f"{name}/{self._times}"
            self._names[peer_name] = name
            admission = await self.engine.admit(room, peer_name, may_send=speaks)
            old = self.peers.pop(name, None)
            if old is not None:
                old.close_socket()
            peer = MediaPeer(admission.sdp)
            await peer.connect(self.engine, peer_name)
        asyncio.get_running_loop().add_reader(peer.socket, lambda: self._drain(name, peer))
        self.peers[name] = peer

    def _drain(self, name: str, peer: MediaPeer) -> None:
        # Not decrypted: that would measure this process. Checks are answered, or they would end it.
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                data = peer.socket.recv(2048)
                if 128 <= data[0] < 192 and not 192 <= data[1] < 224:
                    self.heard[name] = time.monotonic()
                    self.packets += 1
                elif data[0] < 4:
                    peer._datagram(data)

    async def talk(self) -> None:
        """All speakers, for ever."""
        due = time.monotonic()
        checked = 0.0
        while True:
            for name in self.speakers:
                if (peer := self.peers.get(name)) is not None and peer.tx is not None:
                    peer.speak(PAYLOAD, level=-15 - self._chance.randrange(20))
            if time.monotonic() - checked > CONSENT_EVERY:
                checked = time.monotonic()
                for peer in self.peers.values():
                    peer.send_raw(peer.check_message())
            due += FRAME
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    def close(self) -> None:
        """Let all go."""
        for work in self._works:
            work.cancel()
        for peer in self.peers.values():
            peer.close_socket()


@contextlib.asynccontextmanager
async def crowd(
    workers: int, rooms: Sequence[str], options: argparse.Namespace, *, at_one: int
) -> AsyncIterator[Crowd]:
    """So many workers, and in each room its speakers and listeners, all connected and talking."""
    ports = []
    for _ in range(workers):
        ports.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        ports[-1].bind(("127.0.0.1", 0))
    engine = MediaWorkers(ports, crowd=at_one)
    people = Crowd(engine)
    await engine.start(people.on_event)
    talking: asyncio.Task[None] | None = None
    try:
        for room in rooms:
            await engine.open_room(room)
            speakers = [f"{room} speaker {i}" for i in range(options.speakers)]
            people.speakers += speakers
            for name in speakers:
                await people.join(name, room)
            listeners = [f"{room} listener {i}" for i in range(options.listeners)]
            await asyncio.gather(*(people.join(name, room) for name in listeners))
        talking = asyncio.create_task(people.talk())
        await asyncio.sleep(1.0)
        yield people
    finally:
        if talking is not None:
            talking.cancel()
        people.close()
        await engine.close()


async def used(people: Crowd, seconds: float) -> list[float]:
    """CPU of each worker as a share of a core, while they go on."""
    before = [cpu_seconds(pid) for pid in people.engine.pids]
    began = time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - began
    return [
        round((cpu_seconds(pid) - then) / passed, 3)
        for pid, then in zip(people.engine.pids, before, strict=True)
    ]


async def measure_cpu(
    workers: int, rooms: Sequence[str], options: argparse.Namespace, *, at_one: int
) -> tuple[list[float], float]:
    """Shares of a core, and packets a second that clients got."""
    async with crowd(workers, rooms, options, at_one=at_one) as people:
        before = people.packets
        shares = await used(people, options.seconds)
        return shares, round((people.packets - before) / options.seconds)


async def measure_kill(options: argparse.Namespace, which: int) -> float:
    """Seconds from the end of a worker until everybody has heard something new."""
    half = (options.listeners + options.speakers) // 2
    async with crowd(2, ["den"], options, at_one=half) as people:
        expected = set(people.peers) - (set(people.speakers) if options.speakers < 2 else set())
        killed = time.monotonic()
        os.kill(people.engine.pids[which], signal.SIGKILL)
        # What was under way is heard a moment longer; the dead one says nothing after that.
        await asyncio.sleep(0.1)
        since = time.monotonic()
        while time.monotonic() - killed < GIVEN_UP:
            if all(people.heard.get(name, 0.0) > since for name in expected):
                return round(time.monotonic() - killed, 2)
            await asyncio.sleep(0.01)
        return float("inf")


def _say(**row: object) -> None:
    print(json.dumps(row), flush=True)


async def run(options: argparse.Namespace) -> None:
    """All that is wanted, in turn."""
    all_at_one = options.listeners + options.speakers
    for number in range(options.rounds):
        if options.only in (None, "rooms"):
            one, heard = await measure_cpu(1, ["den"], options, at_one=all_at_one)
            two, both = await measure_cpu(2, ["den", "attic"], options, at_one=all_at_one)
            ratio = round(sum(two) / (2 * sum(one)), 3)
            _say(what="rooms", round=number, one=one, two=two, packets=[heard, both], ratio=ratio)
        if options.only in (None, "spread"):
            one, heard = await measure_cpu(1, ["den"], options, at_one=all_at_one)
            two, both = await measure_cpu(2, ["den"], options, at_one=all_at_one // 2)
            ratio = round(sum(two) / sum(one), 3)
            _say(what="spread", round=number, one=one, two=two, packets=[heard, both], ratio=ratio)
        if options.only in (None, "kill"):
            for which, name in enumerate(("stage", "listeners")):
                seconds = await measure_kill(options, which)
                _say(what="kill", round=number, worker_of=name, seconds=seconds)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=200, help="in each room")
    parser.add_argument("--speakers", type=int, default=3, help="in each room, at once")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("rooms", "spread", "kill"))
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
