"""Speech over bad networks: what is left of it, and how late it is, beside Chromium.

    python benchmarks/voice.py simulated            ours alone, by RED depth, in simulated time
    python benchmarks/voice.py run [--results F]    real time, Chromium beside; goes on where it was
    python benchmarks/voice.py table [--results F]  what the results say so far

`run` takes hours: each cell is a minute of speech for each sender and seed. One sender talks in a
room of a real server; our client and Chromium listen behind the same bad network (see
bad_network.py), and lose the same packets. Then Chromium talks. PESQ-WB is the mean over the
parts of the speech; the tables show medians over seeds with the spread, and the mean time that
packets waited in the jitter buffer.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from tests.audio.line import Arrival, delayed, listen, regular, sent
from tests.support.pesq_score import score
from tests.support.speech import sentences, speech, write_wav
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Samples
from tui_rooms.audio.opus import DTX_BYTES, OpusEncoder
from tui_rooms.audio.receiver import IncomingStream

ROOT = Path(__file__).resolve().parent.parent
VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m3", "en-us+f2", "en-gb+f4", "en-us+m7")
SEEDS = range(1, 6)
"""Five losses of each kind; `run --seeds 1` is a first look."""
NETWORKS = [
    *((loss, 0) for loss in (0.0, 0.05, 0.1, 0.2, 0.3)),
    *((0.0, burst) for burst in (40, 80, 160)),
]
JITTERS = (0, 20, 60)
ROOM = "voice"


@dataclass(frozen=True)
class Cell:
    """One network and one sender."""

    loss: float
    burst_ms: int
    jitter_ms: int
    seed: int
    sender: str
    """"ours" or "chromium"."""

    @property
    def network(self) -> str:
        """For the tables."""
        lost = f"bursts {self.burst_ms} ms" if self.burst_ms else f"loss {self.loss:.0%}"
        return f"{lost}, jitter {self.jitter_ms} ms"


@cache
def parts() -> list[Samples]:
    """At least 60 s of speech, by several voices."""
    return [speech(sentences(20 + n, 3), voice) for n, voice in enumerate(VOICES)]


@cache
def spoken() -> Samples:
    """The parts with pauses, after a sentence that is not judged."""
    pause = np.zeros(RATE // 2, np.int16)
    lead = [np.zeros(RATE // 2, np.int16), speech(sentences(3, 1)), pause]
    return np.concatenate([*lead, *(piece for part in parts() for piece in (part, pause))])


def judge(heard: Samples) -> float:
    """Mean PESQ-WB of the parts, each found by itself."""
    return statistics.mean(score(part, heard).mos for part in parts())


# Ours alone.


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
                    f"{_spread([mos for mos, _ in column])}, "
                    f"{statistics.median(ms for _, ms in column):.0f} ms"
                    for column in columns
                )
                print(f"| {cells[0].network} | {shown} |", flush=True)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


# Chromium beside.


async def measure(cell: Cell, directory: Path) -> dict[str, Any]:
    """One cell in real time: what both receivers made of it."""
    from benchmarks.chromium import Chromium
    from tests.support.speech import read_wav
    from tui_rooms.client.recorder import RecorderSink
    from tui_rooms.client.room import CreateOptions, RoomClient
    from tui_rooms.rules.roles import Role

    file = directory / "speech.wav"
    seconds = spoken().size / RATE
    lead = np.zeros(RATE, np.int16)  # Chromium's file begins with its microphone
    write_wav(file, np.concatenate([lead, spoken()]))
    with _server(cell) as url:
        async with Chromium(file) as chromium:
            create = CreateOptions(title=ROOM, room_type="open_mic")
            sink = RecorderSink(directory / "ours.wav", seconds=seconds + 60)
            async with RoomClient.join(
                url, room=ROOM, name="ours", role=Role.LISTENER, sink=sink, create=create
            ) as ours:
                ear = await chromium.enter(url, ROOM, speaks=False)
                sender: dict[str, Any]
                if cell.sender == "chromium":
                    mouth = await chromium.enter(url, ROOM, speaks=True)
                    await mouth.speak()
                    await asyncio.sleep(seconds + 2)
                    sender = await mouth.figures()
                else:
                    sender = await _speak(file, url)
                figures = ours.stats()
                await sink.close()
                theirs = await ear.figures()
                heard = {"ours": read_wav(directory / "ours.wav"), "chromium": await ear.heard()}
    return {
        **asdict(cell),
        "mos": {who: judge(samples) for who, samples in heard.items()},
        "held_ms": {
            "ours": figures.held_ms,
            "chromium": 1000 * theirs["held"] / max(1, theirs["emitted"]),
        },
        "concealed": {
            "ours": figures.concealed_share,
            "chromium": theirs["concealed"] / max(1, theirs["total"]),
        },
        "sender_figures": sender,
    }


class _server:  # noqa: N801 - a context manager
    """The impaired server in a process of its own."""

    def __init__(self, cell: Cell) -> None:
        options = [f"--loss={cell.loss}", f"--burst-ms={cell.burst_ms}"]
        options += [f"--jitter-ms={cell.jitter_ms}", f"--seed={cell.seed}"]
        self._command = [sys.executable, str(ROOT / "benchmarks" / "bad_network.py"), *options]

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        url: str = json.loads(self._process.stdout.readline())["url"]
        return url

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


async def _speak(file: Path, url: str) -> dict[str, Any]:
    words = ["-m", "tui_rooms", "speak", str(file), "--room", ROOM, "--server", url, "--json"]
    speaking = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    output, _ = await speaking.communicate()
    figures: dict[str, Any] = json.loads(output)
    return figures


def cells() -> Iterator[Cell]:
    """In an order that fills all networks with one seed first."""
    for seed in SEEDS:
        for jitter in JITTERS:
            for loss, burst in NETWORKS:
                for sender in ("ours", "chromium"):
                    yield Cell(loss, burst, jitter, seed, sender)


def run(results: Path, only: str | None, seeds: int) -> None:
    """Measure what the results do not hold yet, and print the tables."""
    done = {_cell(line) for line in _lines(results)}
    for cell in cells():
        if (
            cell in done
            or cell.seed > seeds
            or (only is not None and only not in f"{cell.network}, {cell.sender}")
        ):
            continue
        with tempfile.TemporaryDirectory() as directory:
            line = asyncio.run(measure(cell, Path(directory)))
        with results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(f"{cell.network}, seed {cell.seed}, from {cell.sender}: {line['mos']}", flush=True)
    table(results)


def table(results: Path) -> None:
    """Print what the results hold, one table for each sender."""
    for sender in ("ours", "chromium"):
        print(f"\nSent by {sender}: PESQ-WB, mean ms in the jitter buffer")
        print("| network | seeds | ours | Chromium | ours − Chromium, paired |")
        print("|---|---|---|---|---|")
        rows: dict[str, list[dict[str, Any]]] = {}
        for line in _lines(results):
            if line["sender"] == sender:
                rows.setdefault(_cell(line).network, []).append(line)
        for network, lines in rows.items():
            shown = [
                f"{_spread([line['mos'][who] for line in lines])}, "
                f"{statistics.median(line['held_ms'][who] for line in lines):.0f} ms"
                for who in ("ours", "chromium")
            ]
            apart = [line["mos"]["ours"] - line["mos"]["chromium"] for line in lines]
            print(f"| {network} | {len(lines)} | {' | '.join(shown)} | {_spread(apart)} |")


def _lines(results: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    )


def _cell(line: dict[str, Any]) -> Cell:
    return Cell(*(line[name] for name in ("loss", "burst_ms", "jitter_ms", "seed", "sender")))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["simulated", "run", "table"])
    parser.add_argument("--results", type=Path, default=Path("voice-results.jsonl"))
    parser.add_argument("--only", help='cells whose description holds this, such as "loss 20%%"')
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="no more than so many")
    parser.add_argument("--bitrate", type=int, default=32_000, help="of the simulated encoder")
    options = parser.parse_args()
    if options.what == "simulated":
        simulated(options.bitrate)
    elif options.what == "run":
        run(options.results, options.only, options.seeds)
    else:
        table(options.results)


if __name__ == "__main__":
    main()
