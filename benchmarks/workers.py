"""What it costs to spread rooms, or one room, over media workers, and what is heard when one ends.

    python benchmarks/workers.py [--listeners 400] [--speakers 3] [--rounds 3] [--minutes 4.8]
                                 [--seconds 4] [--only spread|rooms|faults]

Real servers and clients with real ICE, DTLS and SRTP, in a network of its own as `load.py`: servers
have one core with all their workers, clients another one. It takes less than five minutes: on a
slow machine it does fewer rounds.

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
from typing import Final, TypeAlias

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
STOPPED: Final = 5.0

Fault: TypeAlias = Callable[[Server], Awaitable[None]]
Found: TypeAlias = dict[tuple[str, str], list[float]]
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


def _send(number: signal.Signals, worker: int) -> Fault:
    async def send(server: Server) -> None:
        os.kill(workers_of(server)[worker], number)

    return send


async def _stop_server(server: Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(STOPPED)
    finally:
        server.process.send_signal(signal.SIGCONT)


FAULTS: Final[dict[str, tuple[Fault, float]]] = {
    "kill -9 of the stage's worker": (_send(signal.SIGKILL, 0), 4.0),
    "kill -9 of the listeners' worker": (_send(signal.SIGKILL, 1), 4.0),
    "SIGSTOP of the stage's worker": (_send(signal.SIGSTOP, 0), 7.0),
    "SIGSTOP of the listeners' worker": (_send(signal.SIGSTOP, 1), 7.0),
    f"SIGSTOP of the server, {STOPPED:g} s": (_stop_server, STOPPED + 2.0),
}
"""What happens, and the seconds after which all is as before."""


async def faults(core: int, found: Found) -> None:
    """One after the other, in one room: the longest time without a tone that ought to be heard."""
    program = ["taskset", "-c", str(core), *crowded_at(CROWD)]
    with (
        contextlib.redirect_stdout(None),
        running_server("--media-workers", "2", program=program) as server,
    ):
        async with contextlib.AsyncExitStack() as stack:
            den = Hall(server.url, stack)
            tones = {"ana": 400.0, "ben": 700.0}
            for name, hertz in (*tones.items(), ("near", 0.0), ("far", 0.0)):
                await den.join(name, hertz)
            heard = [
                (den.ears[name], hertz)
                for name in den.ears
                for speaker, hertz in tones.items()
                if speaker != name
            ]
            await _all_heard(heard)
            for what, (fault, over) in FAULTS.items():
                await asyncio.sleep(SETTLED)
                since = asyncio.get_running_loop().time()
                await fault(server)
                await asyncio.sleep(since + over - asyncio.get_running_loop().time())
                await _all_heard(heard)
                gap = max(ear.longest_gap(hertz, since) for ear, hertz in heard)
                _note(found, what, "s without a tone", gap)


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
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3, help="at most")
    parser.add_argument(
        "--minutes", type=float, default=4.8, help="no round that would take longer"
    )
    parser.add_argument("--only", choices=(*GOALS, "faults"))
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the clients")
    enter_own_network()
    found: Found = defaultdict(list)
    costs = Costs(cores, options, found)
    began = time.monotonic()
    done, longest = 0, 0.0
    while done < options.rounds and time.monotonic() - began + longest < 60 * options.minutes:
        round_began = time.monotonic()
        if options.only in (None, "spread"):
            costs.spread()
        if options.only in (None, "rooms"):
            costs.rooms()
        if options.only in (None, "faults"):
            os.sched_setaffinity(0, {cores[1]})
            asyncio.run(faults(cores[0], found))
            os.sched_setaffinity(0, cores)
        done, longest = done + 1, max(longest, time.monotonic() - round_began)
    _table(found)
    print(f"{done} rounds in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
