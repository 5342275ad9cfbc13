"""The cells of the voice benchmark, the speech said in them, the judgement, and the table."""

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.pesq_score import score
from tests.support.speech import sentences, speech
from tui_rooms.audio.frames import RATE, Samples

VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m3", "en-us+f2", "en-gb+f4", "en-us+m7")
SENDERS = ("ours", "chromium")
SEEDS = range(1, 6)
"""Five losses of each kind; `run --seeds 1` is a first look."""
NETWORKS = [
    *((loss, 0) for loss in (0.0, 0.05, 0.1, 0.2, 0.3)),
    *((0.0, burst) for burst in (40, 80, 160)),
]
JITTERS = (0, 20, 60)
_PAUSE = RATE // 2
"""Samples between two parts."""
STARTING = 6.0
"""Seconds of silence that the speakers begin with, while the last of them are still starting."""


@dataclass(frozen=True)
class Cell:
    """One network and one sender."""

    loss: float
    burst_ms: int
    jitter_ms: int
    seed: int
    sender: str
    """One of `SENDERS`."""
    way: str = "down"
    """"down": from the server to the listeners; "up": from the sender to the server."""

    @property
    def network(self) -> str:
        """For the tables."""
        lost = f"bursts {self.burst_ms} ms" if self.burst_ms else f"loss {self.loss:.0%}"
        return f"{lost}, jitter {self.jitter_ms} ms"

    @property
    def trace(self) -> dict[str, Any]:
        """For `bad_network.Trace`."""
        return {
            "loss": self.loss,
            "burst_ms": self.burst_ms,
            "jitter_ms": self.jitter_ms,
            "seed": self.seed,
            "way": self.way,
        }


def cells(way: str) -> Iterator[Cell]:
    """In an order that fills all networks with one seed first."""
    for seed in SEEDS:
        for sender in SENDERS:
            for jitter in JITTERS:
                for loss, burst in NETWORKS:
                    yield Cell(loss, burst, jitter, seed, sender, way)


@cache
def parts() -> list[Samples]:
    """At least 60 s of speech, by several voices."""
    return [speech(sentences(20 + n, 3), voice) for n, voice in enumerate(VOICES)]


@cache
def spoken() -> Samples:
    """The parts with pauses, after a sentence that is not judged."""
    pause = np.zeros(_PAUSE, np.int16)
    lead = [pause, speech(sentences(3, 1)), pause]
    return np.concatenate([*lead, *(piece for part in parts() for piece in (part, pause))])


def judge(heard: Samples) -> float:
    """Mean PESQ-WB of the parts. The first is looked for everywhere, the others where they belong,
    or up to a second earlier or later."""
    first, *others = parts()
    mos, lag = score(first, heard)
    found = [mos]
    begin = lag
    for before, part in pairwise([first, *others]):
        begin += (before.size + _PAUSE) / RATE
        around = heard[max(0, round((begin - 1) * RATE)) : round((begin + 1) * RATE) + part.size]
        found.append(score(part, around).mos)
    return statistics.mean(found)


def spread(values: list[float]) -> str:
    """The median, and the least and the greatest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def lines(results: Path, *, with_busy: bool = False) -> list[dict[str, Any]]:
    """What was measured, one line a cell.

    Args:
        with_busy: also what was measured on a busy machine, where there is nothing better.
    """
    if not results.exists():
        return []
    found = [json.loads(line) for line in results.read_text().splitlines()]
    best: dict[Cell, dict[str, Any]] = {}
    for line in sorted(found, key=lambda line: line["busy"], reverse=True):
        if with_busy or not line["busy"]:
            best[cell_of(line)] = line
    return list(best.values())


def cell_of(line: dict[str, Any]) -> Cell:
    """The cell that a line of the results is about."""
    return Cell(**{field.name: line[field.name] for field in fields(Cell)})


def table(results: Path, *, with_busy: bool = False) -> None:
    """Print what the results hold, one table for each sender and way; see `lines`."""
    rows: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for line in lines(results, with_busy=with_busy):
        cell = cell_of(line)
        rows.setdefault((cell.way, cell.sender), {}).setdefault(cell.network, []).append(line)
    for (way, sender), networks in sorted(rows.items(), key=lambda row: row[0], reverse=True):
        where = "to the listeners" if way == "down" else "to the server"
        print(f"\nSent by {sender}, bad on the way {where}: PESQ-WB, mean ms in the jitter buffer")
        print("| network | seeds | ours | Chromium | ours − Chromium, paired |")
        print("|---|---|---|---|---|")
        for network in sorted(networks, key=_order):
            measured = networks[network]
            shown = [
                f"{spread([line['mos'][who] for line in measured])}, "
                f"{statistics.median(line['held_ms'][who] for line in measured):.0f} ms"
                for who in ("ours", "chromium")
            ]
            apart = [line["mos"]["ours"] - line["mos"]["chromium"] for line in measured]
            busy = sum(line["busy"] for line in measured)
            seeds = f"{len(measured)} ({busy} busy)" if busy else str(len(measured))
            print(f"| {network} | {seeds} | {' | '.join(shown)} | {spread(apart)} |")
    commits = Counter(line["commit"] for line in lines(results, with_busy=with_busy))
    print("\nMeasured at:", ", ".join(f"{name} ({n} cells)" for name, n in commits.items()))


def _order(network: str) -> int:
    every = [Cell(loss, burst, j, 1, "").network for j in JITTERS for loss, burst in NETWORKS]
    return every.index(network)
