"""Speech over bad networks: what is left of it, and how late it is, beside Chromium.

    python benchmarks/voice.py simulated            ours alone, by RED depth, in simulated time
    python benchmarks/voice.py run [--results F]    real time, Chromium beside; goes on where it was
    python benchmarks/voice.py table [--results F]  what the results say so far

The results kept here, voice-results.jsonl, took hours; each line names the commit it was measured
at. To measure another state of the program, give another file.

`run` measures `--at-once` cells at a time: each is a minute of speech in a room of its own, said
by our client or by Chromium, and heard by both behind the same bad network (bad_network.py), so
they lose the same packets (voice_run.py). Networks are bad on one way only: from the server to the
listeners, or with `--way up` from the speaker to the server. PESQ-WB is the mean over the parts of
the speech; the tables show medians over seeds with the spread, and the mean time that packets
waited in the jitter buffer. What was measured while the machine was busy with other things
(control.py) is measured once more, and does not count; with `--busy-too` it does where there is
nothing better, and the tables say how many such seeds are in them.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.voice_cells import (
    JITTERS,
    NETWORKS,
    SEEDS,
    SENDERS,
    Cell,
    cell_of,
    cells,
    judge,
    lines,
    spoken,
    spread,
    table,
)
from tests.audio.line import Arrival, delayed, listen, regular, sent
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS
from tui_rooms.audio.opus.codec import DTX_BYTES, OpusEncoder
from tui_rooms.audio.receiving.receiver import IncomingStream

KEPT = Path(__file__).resolve().parent / "voice-results.jsonl"


def simulate(cell: Cell, red: int, bitrate: int) -> tuple[float, float]:
    """PESQ-WB and mean milliseconds in the jitter buffer."""
    chance = random.Random(cell.seed)
    encoder = OpusEncoder(bitrate)
    frames = spoken()[: spoken().size // FRAME * FRAME].reshape(-1, FRAME)
    packets = [encoder.encode(frame) for frame in frames]
    arrivals = sent([p if len(p) > DTX_BYTES else None for p in packets], red=red)
    arrivals = list(_left(arrivals, cell, chance))
    late = delayed(arrivals, lambda _: chance.uniform(0, cell.jitter_ms / 1000))
    stream = IncomingStream()
    heard = listen(late, regular(len(frames) * FRAME_SECONDS + 0.5), stream=stream)
    return judge(heard), 1000 * stream.statistics.held / stream.statistics.played


def _left(arrivals: Iterable[Arrival], cell: Cell, chance: random.Random) -> Iterator[Arrival]:
    length = cell.burst_ms // 20
    begins = [chance.randrange(100 - length) for _ in range(1_000)]
    for arrival in arrivals:
        turn, place = divmod(arrival.number, 100)
        in_burst = begins[turn] <= place < begins[turn] + length
        if not in_burst and chance.random() >= cell.loss:
            yield arrival


def _simulate(job: tuple[Cell, int, int]) -> tuple[float, float]:
    return simulate(*job)


def simulated(bitrate: int) -> None:
    """Print the table of our receiver by RED depth."""
    depths = range(5)
    print(f"PESQ-WB and mean ms in the jitter buffer, {len(SEEDS)} seeds, {bitrate} b/s")
    print("| network | " + " | ".join(f"RED {depth}" for depth in depths) + " |")
    print("|---|" + "---|" * len(depths))
    with ProcessPoolExecutor() as pool:
        for jitter in JITTERS:
            for loss, burst in NETWORKS:
                cells = [Cell(loss, burst, jitter, seed, "ours") for seed in SEEDS]
                jobs = [(cell, red, bitrate) for red in depths for cell in cells]
                found = list(pool.map(_simulate, jobs))
                columns = [found[i : i + len(cells)] for i in range(0, len(found), len(cells))]
                shown = " | ".join(
                    f"{spread([mos for mos, _ in column])}, "
                    f"{statistics.median(ms for _, ms in column):.0f} ms"
                    for column in columns
                )
                print(f"| {cells[0].network} | {shown} |", flush=True)


def run(results: Path, wanted: list[Cell], at_once: int, *, with_busy: bool) -> None:
    """Measure what the results do not hold yet, and print the tables."""
    from benchmarks.voice_run import measure

    state = {"commit": _commit()}
    for _ in range(2):
        done = {cell_of(line) for line in lines(results, with_busy=with_busy)}
        left = [cell for cell in wanted if cell not in done]
        for some in (left[at : at + at_once] for at in range(0, len(left), at_once)):
            measured, control = measure(some)
            for cell, line in zip(some, measured, strict=True):
                mos = ", ".join(f"{who} {value:.2f}" for who, value in line["mos"].items())
                print(f"{cell.network}, seed {cell.seed}, from {cell.sender}: {mos}", flush=True)
            with results.open("a") as file:
                file.writelines(json.dumps(line | state) + "\n" for line in measured)
            print(control, flush=True)
    table(results, with_busy=with_busy)


def _commit() -> str:
    """Of the program that is measured; `-dirty` where it has been changed since."""
    words = ("git", "describe", "--always", "--dirty", "--exclude", "*")
    done = subprocess.run(words, cwd=KEPT.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["simulated", "run", "table"])
    parser.add_argument("--results", type=Path, default=KEPT)
    parser.add_argument("--only", default="", help='networks that hold this, as "loss 20%%, j"')
    parser.add_argument("--sender", choices=SENDERS)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="no more than so many")
    parser.add_argument("--way", choices=["down", "up"], default="down")
    parser.add_argument("--busy-too", action="store_true", help="count busy machines as well")
    parser.add_argument("--at-once", type=int, default=6, metavar="N", help="cells in one run")
    parser.add_argument("--bitrate", type=int, default=32_000, help="of the simulated encoder")
    options = parser.parse_args()
    wanted = [
        cell
        for cell in cells(options.way)
        if cell.seed <= options.seeds
        and options.only in cell.network
        and options.sender in (None, cell.sender)
    ]
    if options.what == "simulated":
        simulated(options.bitrate)
    elif options.what == "run":
        run(options.results, wanted, options.at_once, with_busy=options.busy_too)
    else:
        table(options.results, with_busy=options.busy_too)


if __name__ == "__main__":
    main()
