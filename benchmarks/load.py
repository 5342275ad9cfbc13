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
everybody ten times a second who is how loud; Janus' one WebSocket says nothing. Medians over the
rounds.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import load_floor
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
BEARABLE = 0.001
"""Share of packets that may be lost."""

Figures = dict[str, Any]


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
        """What came of it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the generator has ended; its words are above")
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
    """Clients for a server; a second one has other addresses."""
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
    process = subprocess.Popen(
        among_clients([sys.executable, str(GENERATOR), str(core), json.dumps(options)]),
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
            clients.ask("measure", 0.5, RATE)
            with Sleeper(self._server_core) as sleeper:
                clients.tell("measure_until_told", 150.0, RATE)
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
                figures = clients.ask("measure", min(3.0, self._seconds), rate)
                if figures["loss"] < BEARABLE and figures["in_rate"] > 0.97 * rate * MOST[2]:
                    low, best = rate, max(best, figures["out_rate"])
                else:
                    high = rate
                rate = (low + high) / 2
            self._note("most", of, "packets a second", best)

    def floor(self) -> None:
        """`sendmmsg` and AES-GCM alone."""
        for name, cost in load_floor.measure(self._server_core).items():
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


def table(found: dict[tuple[str, str, str], list[float]]) -> None:
    """Print medians with their ranges, and ratios."""
    print("| | | ours | Janus | ours / Janus | floor |")
    print("|---|---|---|---|---|---|")
    for name, what in dict.fromkeys((name, what) for name, what, _of in found):
        cells, middle = [], {}
        for of in ("ours", "Janus", "floor"):
            values = found.get((name, what, of))
            if not values:
                cells.append("")
                continue
            middle[of] = statistics.median(values)
            cells.append(f"{middle[of]:.4g} ({min(values):.4g}–{max(values):.4g})")
        ratio = ""
        if "ours" in middle and middle.get("Janus"):
            ratio = f"{middle['ours'] / middle['Janus']:.2f}"
        print(f"| {name} | {what} | {cells[0]} | {cells[1]} | {ratio} | {cells[2]} |")


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
                if name == "storm":
                    bench.storm(of)
                elif name == "most":
                    bench.most(of, 4 if arguments.quick else 7)
                else:
                    bench.scenario(name, of, SCENARIOS[name])
        bench.floor()
    print(f"{rounds} rounds of {seconds:g} s, medians and ranges")
    table(bench.found)


if __name__ == "__main__":
    main()
