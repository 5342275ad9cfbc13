"""What our server costs under load, beside Janus VideoRoom and the least there is.

    python benchmarks/load.py [--quick] [--rounds 3] [--seconds 6] [--only ours] [--media-workers 1]

Real ICE, DTLS and SRTP between two network namespaces of its own (Linux, as root or with user
namespaces; Janus is Debian's `janus`, and left out where it is missing). A server has one core with
all its processes, the generator another one. Both servers take turns, in each round anew:

- 400 listeners and 3 speakers, 50 and 3, and 20 rooms of 5 and 1: CPU for each packet that is
  forwarded, CPU and memory for each who joins, the 99th percentile of the delay in the server,
  beside that of a process on the same core that only sleeps;
- storm: the delay in a room of 50 and 3 while 400 more join it at once;
- most: packets a second, at 800 and 4, of which fewer than one in a thousand is lost.

CPU is processes' own time, to the nanosecond. "all" counts our server's process too, which tells
everybody ten times a second who is how loud; Janus' one WebSocket says nothing. The table has the
medians of the rounds, and for some rows their goal and whether it is met. A part that fails is
named, in a line that begins with "!", and the others go on.
"""

import argparse
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import load_floor
from benchmarks.load_goals import print_table
from benchmarks.load_servers import (
    HOST,
    NETWORK,
    SERVERS,
    Server,
    Sleeper,
    among_clients,
    enter_own_network,
)

GENERATOR = Path(__file__).with_name("load_generator.py")
SCENARIOS = {"400 × 3": (1, 400, 3), "50 × 3": (1, 50, 3), "20 of 5 × 1": (20, 5, 1)}
"""Rooms, and listeners and speakers in each."""
RATE = 50.0
"""Packets a second of each speaker."""
MOST = (1, 800, 4)
HIGHEST_RATE = 98.0
"""More than 100 a second are not taken of one sender."""
STORM = 400
STEPS = 6
"""Of the search for the most, which ends within 2 % of the highest rate."""
TRIES = 2
"""At each rate: what anything else on the machine does in three seconds may lose a thousandth."""
PATIENCE = 200.0
"""Seconds for an answer of the generator, whose own waits all end before."""
BEARABLE = 0.001
"""Share of packets that may be lost."""
SPOILT = 0.01
"""Beyond which packets are missing by whose number the cost is divided."""

Figures = dict[str, Any]


class Failed(Exception):  # noqa: N818 - it is how things are
    """One measurement came to nothing; the others go on."""


class Generator:
    """The process with all clients."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, *command: Any) -> None:
        """Give it something to do."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Figures:
        """What came of it.

        Raises:
            Failed: nothing.
        """
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise Failed(f"no answer of the generator in {PATIENCE:g} s")
        line = self._process.stdout.readline()
        if not line:
            raise Failed("the generator has ended; its words are above")
        answer: Figures = json.loads(line)
        return answer

    def ask(self, *command: Any) -> Figures:
        """Both."""
        self.tell(*command)
        return self.answer()


@contextlib.contextmanager
def generator(
    server: Server, core: int, rooms: int, listeners: int, speakers: int, *, second: bool = False
) -> Iterator[Generator]:
    """Clients for a server; a second one has other addresses, and makes way for the first."""
    options = {
        "host": HOST,
        "port": server.port,
        "data": server.data,
        "pids": server.pids,
        "network": NETWORK,
        "first_host": 20_000 if second else 1_000,
        "rooms": rooms,
        "listeners": listeners,
        "speakers": speakers,
    }
    words = [sys.executable, str(GENERATOR), str(core), json.dumps(options)]
    process = subprocess.Popen(
        # What is measured must not wait for the crowd's own work: they share a core.
        among_clients(["nice", "-n", "5", *words] if second else words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Generator(process)
    finally:
        process.kill()
        process.communicate()


class Bench:
    """All measurements of all rounds."""

    def __init__(self, server_core: int, generator_core: int, seconds: float, workers: int) -> None:
        self._server_core = server_core
        self._workers = workers
        self._generator_core = generator_core
        self._seconds = seconds
        self.found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        """By scenario, figure and server."""

    def part(self, name: str, of: str, *, quick: bool) -> None:
        """One of all measurements, at one server.

        Raises:
            Failed, OSError, ValueError: it came to nothing.
        """
        if name == "storm":
            self.storm(of)
        elif name == "most":
            self.most(of, 4 if quick else STEPS)
        else:
            self.scenario(name, of, SCENARIOS[name])

    def scenario(self, name: str, of: str, size: tuple[int, int, int]) -> None:
        """People come, and listen."""
        with (
            SERVERS[of](self._server_core, self._workers) as server,
            generator(server, self._generator_core, *size) as clients,
        ):
            clients.ask("prepare")
            joined = clients.ask("join", 8)
            _complain(of, name, joined)
            with Sleeper(self._server_core) as sleeper:
                figures = clients.ask("measure", self._seconds, RATE)
            self._note(name, of, "µs a packet", figures["cpu_us"]["media"])
            self._note(name, of, "µs a packet, all", sum(figures["cpu_us"].values()))
            self._note(name, of, "ms a join, media", joined["cpu_ms"]["media"])
            self._note(name, of, "ms a join, all", sum(joined["cpu_ms"].values()))
            self._note(name, of, "kB a session, media", joined["kb"]["media"])
            self._note(name, of, "kB a session, all", sum(joined["kb"].values()))
            self._note(name, of, "% lost", 100 * figures["loss"])
            if figures["loss"] > SPOILT:
                print(f"! {of}, {name}: {figures['loss']:.1%} lost, so its cost says little")
            self._delays(name, of, figures, sleeper)

    def storm(self, of: str) -> None:
        """Somebody listens while many join at once."""
        with (
            SERVERS[of](self._server_core, self._workers) as server,
            generator(server, self._generator_core, 1, 50, 3) as clients,
            generator(server, self._generator_core, 1, STORM, 0, second=True) as crowd,
        ):
            clients.ask("prepare")
            clients.ask("join", 8)
            crowd.ask("prepare")
            # From before the first of them comes until the last is in.
            clients.ask("measure_until_told", 150.0, RATE)
            with Sleeper(self._server_core) as sleeper:
                joined = crowd.ask("join", STORM)
                clients.tell("stop")
                figures = clients.answer()
            _complain(of, "storm", joined)
            self._note("storm", of, "s until all are in", joined["seconds"])
            self._delays("storm", of, figures, sleeper)

    def most(self, of: str, steps: int) -> None:
        """Search for the highest rate at which hardly anything is lost."""
        with (
            SERVERS[of](self._server_core, self._workers) as server,
            generator(server, self._generator_core, *MOST) as clients,
        ):
            clients.ask("prepare")
            _complain(of, "most", clients.ask("join", 8))
            low, high, best = 0.0, HIGHEST_RATE, 0.0
            rate = RATE
            for _ in range(steps):
                for _ in range(TRIES):
                    figures = clients.ask("measure", min(3.0, self._seconds), rate)
                    if figures["loss"] < BEARABLE and figures["in_rate"] > 0.97 * rate * MOST[2]:
                        low, best = rate, max(best, figures["out_rate"])
                        break
                else:
                    high = rate
                rate = (low + high) / 2
            self._note("most", of, "packets a second", best)

    def floor(self, wanted: Sequence[str]) -> None:
        """`sendmmsg` and AES-GCM alone, for these scenarios."""
        for name, cost in load_floor.measure(self._server_core).items():
            if name in wanted:
                self.found[name, "µs a packet", "floor"].append(cost)

    def _delays(self, name: str, of: str, figures: Figures, sleeper: Sleeper) -> None:
        self._note(name, of, "p99 ms", figures["p99_ms"])
        self._note(name, of, "p99 ms beyond a sleeper's", figures["p99_ms"] - sleeper.p99_ms)
        self._note(name, of, "worst ms", figures["worst_ms"])

    def _note(self, name: str, of: str, what: str, value: float) -> None:
        self.found[name, what, of].append(value)
        print(f"  {of}, {name}: {what} {value:.3g}", file=sys.stderr, flush=True)


def _complain(of: str, name: str, joined: Figures) -> None:
    if joined["failures"]:
        got_in, why = joined["joined"], joined["failures"]
        print(f"! {of}, {name}: {got_in} alone got in: {why}", flush=True)


def main() -> None:
    """Measure everything in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="that a scenario is measured")
    parser.add_argument("--quick", action="store_true", help="one round of two seconds each")
    parser.add_argument("--only", choices=SERVERS, help="this server alone")
    parser.add_argument(
        "--scenario", choices=[*SCENARIOS, "storm", "most"], help="this alone", action="append"
    )
    parser.add_argument(
        "--media-workers", type=int, default=1, help="of ours; Janus gets as many event loops"
    )
    arguments = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the generator")
    enter_own_network()
    names = [arguments.only] if arguments.only else [*SERVERS]
    if "Janus" in names and shutil.which("janus") is None:
        print("Janus is missing (apt-get install janus): ours alone")
        names.remove("Janus")
    rounds, seconds = (1, 2.0) if arguments.quick else (arguments.rounds, arguments.seconds)
    wanted = arguments.scenario or [*SCENARIOS, "storm", "most"]
    bench = Bench(cores[0], cores[1], seconds, arguments.media_workers)
    for _ in range(rounds):
        for name in wanted:
            for of in names:
                try:
                    bench.part(name, of, quick=arguments.quick)
                except (Failed, OSError, ValueError) as exc:
                    print(f"! {of}, {name}: {type(exc).__name__}: {exc}", flush=True)
        bench.floor(wanted)
    print(f"{rounds} rounds of {seconds:g} s, medians and ranges")
    print_table(bench.found)


if __name__ == "__main__":
    main()
