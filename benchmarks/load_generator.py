"""The clients of a load test, in a process of their own; `load.py` starts it and tells it what.

    python benchmarks/load_generator.py CORE OPTIONS

OPTIONS is JSON: which server and where, and how many of whom. Each line on standard input is a
command of JSON, each line on standard output its answer.
"""

import asyncio
import gc
import ipaddress
import itertools
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from OpenSSL import SSL

from benchmarks.load_client import Client
from benchmarks.load_signalling import Janus, Ours, Signalling
from benchmarks.load_traffic import Heard, Traffic

SETTLE = 1.0
"""Seconds of traffic before it is measured."""
JOINING = 100.0
"""Seconds for everybody to come in; what is asked of a server must end."""


def cpu_seconds(pid: int) -> float:
    """All of a process' threads, to the nanosecond."""
    used = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        used += int((thread / "schedstat").read_text().split()[0])
    return used / 1e9


def memory_kb(pid: int) -> int:
    """What a process has in memory of its own."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1])
    return 0


class Generator:
    """Everybody in some rooms of one server."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._rooms: int = options["rooms"]
        self._speakers: int = options["speakers"]
        self._listeners: int = options["listeners"]
        self._pids: dict[str, list[int]] = options["pids"]
        hosts = map(str, ipaddress.ip_network(options["network"]).hosts())
        self._hosts = itertools.islice(hosts, options["first_host"], None)
        server = (options["host"], options["port"])
        own = next(self._hosts)
        self._signalling: Signalling = (
            Ours(server, Path(options["data"]), own) if options["data"] else Janus(server, own)
        )
        self._clients: list[Client] = []
        self._traffic: Traffic | None = None

    async def prepare(self) -> dict[str, Any]:
        """The rooms, and who speaks in them."""
        await self._signalling.open(self._rooms)
        for room in range(self._rooms):
            for _ in range(self._speakers):
                await self._enter(Client(room, next(self._hosts), speaks=True))
        await asyncio.sleep(0.3)
        return {}

    async def join(self, at_once: int) -> dict[str, Any]:
        """Everybody who listens, so many at a time; what one costs."""
        listeners = [
            Client(number % self._rooms, next(self._hosts), speaks=False)
            for number in range(self._rooms * self._listeners)
        ]
        gate = asyncio.Semaphore(at_once)
        failures: list[str] = []

        async def enter(client: Client) -> None:
            async with gate:
                try:
                    await self._enter(client)
                except (OSError, TimeoutError, SSL.Error) as exc:
                    failures.append(f"{type(exc).__name__}: {exc}")

        before, memory = self._used(), self._memory()
        began = time.monotonic()
        entering = [asyncio.create_task(enter(client)) for client in listeners]
        _, late = await asyncio.wait(entering, timeout=JOINING)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        failures += ["not in when time was up"] * len(late)
        took = time.monotonic() - began
        await asyncio.sleep(0.5)
        self._signalling.skip()
        count = max(1, len(listeners) - len(failures))
        return {
            "joined": len(listeners) - len(failures),
            "failures": failures[:3],
            "seconds": took,
            "cpu_ms": {name: 1000 * used / count for name, used in self._used(before).items()},
            "kb": {name: (kb - memory[name]) / count for name, kb in self._memory().items()},
        }

    def measure(self, seconds: float, rate: float, *, until_told: bool = False) -> dict[str, Any]:
        """The sound for so long; what a packet costs, how late it comes, and how many are lost."""
        if self._traffic is None:
            self._traffic = Traffic(self._clients)
            gc.collect()
            gc.freeze()
        traffic, skip = self._traffic, self._signalling.skip
        traffic.run(SETTLE, rate, skip=skip)
        traffic.settle(Heard())
        if until_told:
            print(json.dumps({"measures": True}), flush=True)
        sent, before = traffic.sent, self._used()
        heard, took = traffic.run(seconds, rate, skip=skip, until_told=until_told)
        time.sleep(0.1)
        used = self._used(before)
        traffic.settle(heard)
        sent = traffic.sent - sent
        # Ours lets speakers hear each other too; Janus' publishers only publish.
        listeners = sum(not client.speaks for client in self._clients) / self._rooms
        each = listeners + (self._speakers - 1) * isinstance(self._signalling, Ours)
        wanted = sent * each
        delays = sorted(heard.delays) or [0.0]
        return {
            "in_rate": sent / took,
            "out_rate": heard.packets / took,
            "loss": 1 - heard.packets / wanted if wanted else 0.0,
            "cpu_us": {name: 1e6 * cpu / max(1, heard.packets) for name, cpu in used.items()},
            "core": {name: cpu / took for name, cpu in used.items()},
            "median_ms": statistics.median(delays),
            "p99_ms": delays[len(delays) * 99 // 100],
            "worst_ms": delays[-1],
        }

    async def _enter(self, client: Client) -> None:
        await self._signalling.join(client)
        await client.connect()
        self._clients.append(client)

    def _used(self, before: dict[str, float] | None = None) -> dict[str, float]:
        begin = before or {}
        used = {name: sum(map(cpu_seconds, pids)) for name, pids in self._pids.items()}
        return {name: seconds - begin.get(name, 0.0) for name, seconds in used.items()}

    def _memory(self) -> dict[str, int]:
        return {name: sum(map(memory_kb, pids)) for name, pids in self._pids.items()}


async def obey(generator: Generator) -> None:
    """Do what comes on standard input until it ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        match json.loads(line):
            case ["prepare"]:
                answer = await generator.prepare()
            case ["join", at_once]:
                answer = await generator.join(at_once)
            case ["measure", seconds, rate]:
                answer = generator.measure(seconds, rate)
            case ["measure_until_told", seconds, rate]:
                answer = generator.measure(seconds, rate, until_told=True)
            case _:
                continue  # it has ended a measurement by being there
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(obey(Generator(json.loads(sys.argv[2]))))
