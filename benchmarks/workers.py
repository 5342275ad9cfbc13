"""What it costs to spread rooms, or one room, over media workers, and what is heard when one ends.

    python benchmarks/workers.py [--listeners 400] [--speakers 3] [--rounds 3] [--seconds 5]
                                 [--only spread|rooms|faults]

Real servers and clients with real ICE, DTLS and SRTP, in a network of its own as `load.py`: servers
have one core with all their workers, clients another one. It takes less than five minutes.

- spread: one room over two workers, half of its people at each, beside the same room at one.
- rooms: two rooms of half as many listeners at two workers, beside one of them at one.
- faults: clients as people have them, each with an ear and two with a tone, in a room whose stage
  is at one worker and one of whose listeners is at another. `kill -9` and SIGSTOP of the worker of
  the stage, and of that of listeners, SIGSTOP of the server for five seconds: the longest time for
  which a tone was missing anywhere, all that a client does to come back included.

CPU is the workers' own, to the nanosecond, a packet that is forwarded; both sides take turns in
each round. Medians with their ranges.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load import RATE, generator
from benchmarks.load_servers import enter_own_network, ours
from tests.e2e.test_room_over_workers import CROWD, Hall, workers_of
from tests.support.ears import Ear
from tests.support.server import Server, crowded_at, running_server

GOALS: Final = {"spread": 1.15, "rooms": 1.0}
"""Of what a packet costs, beside one worker."""
SETTLED: Final = 1.5
"""Seconds of sound before anything happens."""
OVER: Final = 8.0
"""Seconds after which all is as before."""
STOPPED: Final = 5.0

Found = dict[tuple[str, str], list[float]]
"""By what was measured, and at how many workers or in which unit."""


class Costs:
    """CPU of workers."""

    def __init__(self, cores: list[int], options: argparse.Namespace, found: Found) -> None:
        self._server_core, self._generator_core = cores[:2]
        self._options = options
        self._found = found

    def spread(self) -> None:
        """One room at one worker, then over two."""
        people = self._options.listeners + self._options.speakers
        for workers, crowd in ((1, people), (2, people // 2)):
            self._measure("spread", workers, crowd, 1, self._options.listeners)

    def rooms(self) -> None:
        """One room at one worker, then two at two."""
        people = self._options.listeners + self._options.speakers
        for workers in (1, 2):
            self._measure("rooms", workers, people, workers, self._options.listeners // 2)

    def _measure(self, what: str, workers: int, crowd: int, rooms: int, listeners: int) -> None:
        size = (rooms, listeners, self._options.speakers)
        with (
            ours(self._server_core, workers, crowd) as server,
            generator(server, self._generator_core, *size) as clients,
        ):
            clients.ask("prepare")
            joined = clients.ask("join", 8)
            figures = clients.ask("measure", self._options.seconds, RATE)
        if joined["failures"] or figures["loss"] > 0.001:
            print(f"! {what}: {joined['failures']}, {100 * figures['loss']:.2f} % lost", flush=True)
        _note(self._found, what, f"µs a packet, {workers} at work", figures["cpu_us"]["media"])


async def _kill(server: Server, worker: int) -> None:
    os.kill(workers_of(server)[worker], signal.SIGKILL)


async def _stop(server: Server, worker: int) -> None:
    os.kill(workers_of(server)[worker], signal.SIGSTOP)


async def _stop_server(server: Server, _: int) -> None:
    server.process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(STOPPED)
    finally:
        server.process.send_signal(signal.SIGCONT)


FAULTS: Final[dict[str, tuple[Callable[[Server, int], Awaitable[None]], int]]] = {
    "kill -9 of the stage's worker": (_kill, 0),
    "kill -9 of the listeners' worker": (_kill, 1),
    "SIGSTOP of the stage's worker": (_stop, 0),
    "SIGSTOP of the listeners' worker": (_stop, 1),
    f"SIGSTOP of the server, {STOPPED:g} s": (_stop_server, 0),
}


async def missing(
    core: int, fault: Callable[[Server, int], Awaitable[None]], worker: int
) -> tuple[float, bool]:
    """The longest time without a tone that ought to be heard; and whether all are at the end."""
    program = ["taskset", "-c", str(core), *crowded_at(CROWD)]
    with (
        contextlib.redirect_stdout(None),
        running_server("--media-workers", "2", program=program) as server,
    ):
        async with contextlib.AsyncExitStack() as stack:
            den = Hall(server.url, stack)
            tones = {"ana": 400.0, "ben": 700.0}
            for name, hertz in tones.items():
                await den.join(name, hertz)
            for name in ("near", "far"):
                await den.join(name)
            heard = [
                (den.ears[name], hertz)
                for name in den.ears
                for speaker, hertz in tones.items()
                if speaker != name
            ]
            await _all_heard(heard)
            await asyncio.sleep(SETTLED)
            since = asyncio.get_running_loop().time()
            await fault(server, worker)
            await asyncio.sleep(max(0.0, since + OVER - asyncio.get_running_loop().time()))
            gap = max(ear.longest_gap(hertz, since) for ear, hertz in heard)
            return gap, all(ear.hears(hertz) for ear, hertz in heard)


async def _all_heard(heard: list[tuple[Ear, float]]) -> None:
    for ear, hertz in heard:
        await ear.until(lambda: ear.hears(hertz), f"{hertz:g} Hz")  # noqa: B023


def _note(found: Found, what: str, unit: str, value: float) -> None:
    found[what, unit].append(value)
    print(f"  {what}: {unit} {value:.3g}", file=sys.stderr, flush=True)


def _table(found: Found) -> None:
    print("| | | median (range) |")
    print("|---|---|---|")
    for (what, unit), values in found.items():
        print(
            f"| {what} | {unit} | {statistics.median(values):.3g} "
            f"({min(values):.3g} to {max(values):.3g}) |"
        )
    for what, goal in GOALS.items():
        one, two = (found.get((what, f"µs a packet, {n} at work"), []) for n in (1, 2))
        if one and two:
            ratio = statistics.median(two) / statistics.median(one)
            print(f"| {what} | two beside one, at most {goal:g} | {ratio:.3g} |")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=400)
    parser.add_argument("--speakers", type=int, default=3, help="in each room, at once")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=(*GOALS, "faults"))
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the clients")
    enter_own_network()
    found: Found = defaultdict(list)
    costs = Costs(cores, options, found)
    began = time.monotonic()
    for number in range(options.rounds):
        print(f"round {number + 1}", file=sys.stderr, flush=True)
        if options.only in (None, "spread"):
            costs.spread()
        if options.only in (None, "rooms"):
            costs.rooms()
    if options.only in (None, "faults"):
        os.sched_setaffinity(0, {cores[1]})
        for _ in range(options.rounds):
            for what, (fault, worker) in FAULTS.items():
                gap, back = asyncio.run(missing(cores[0], fault, worker))
                _note(found, what, "s without a tone", gap)
                if not back:
                    print(f"! {what}: somebody is not heard again", flush=True)
    _table(found)
    print(f"{options.rounds} rounds, {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
