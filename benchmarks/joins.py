"""What somebody who joins costs our server: CPU and memory, of each of its processes.

    python benchmarks/joins.py [--rounds 5] [--listeners 400] [--at-once 8]

The joining of `load.py` alone (real WebSockets, ICE and DTLS, in namespaces of its own), without
Janus and without sound, so that it can be repeated while something is changed. CPU is processes'
own time, to the nanosecond, and little disturbed by what else runs; memory is what each process
has of its own, after the last who came. Medians over the rounds, with their ranges.
"""

import argparse
import os
import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.load import generator
from benchmarks.load_servers import SERVERS, enter_own_network

SPEAKERS = 3


def main() -> None:
    """Let them come, round after round."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--listeners", type=int, default=400)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--only", choices=SERVERS, default="ours", help="this server")
    arguments = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the generator")
    enter_own_network()
    found: dict[str, list[float]] = defaultdict(list)
    for number in range(arguments.rounds):
        with (
            SERVERS[arguments.only](cores[0]) as server,
            generator(server, cores[1], 1, arguments.listeners, SPEAKERS) as clients,
        ):
            clients.ask("prepare")
            joined = clients.ask("join", arguments.at_once)
        if joined["failures"]:
            print(f"! {joined['joined']} alone got in: {joined['failures']}", flush=True)
        for what, kept in (("ms CPU a join", "cpu_ms"), ("kB a session", "kb")):
            for name, value in joined[kept].items():
                found[f"{what}, {name}"].append(value)
            found[f"{what}, all"].append(sum(joined[kept].values()))
        found["s until all were in"].append(joined["seconds"])
        print(f"round {number + 1} is over", file=sys.stderr, flush=True)
    print(f"| {arguments.only} | median | range |")
    print("|---|---|---|")
    for what, values in found.items():
        print(f"| {what} | {statistics.median(values):.3g} | {min(values):.3g}–{max(values):.3g} |")


if __name__ == "__main__":
    main()
