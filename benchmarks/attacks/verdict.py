"""What came of one attack, and what of it misses."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from benchmarks.attacks.run import SIEGE
from benchmarks.attacks.target import KINDS

FIVE_MINUTES: Final = 300.0
HEAD: Final = (
    "attack", "gap ms", "packets ms", "late ms", "MB", "log kB", "events MB", "in s", "kept out",
    "end s", "out/in", "CPU % server, media", "misses", "what was done, and what was counted",
)  # fmt: skip
SHOWN: Final = 5
"""Counts of each side in a row."""


@dataclass
class Grown:
    """Something that was looked at three times: at the begin, in the middle, at the end."""

    seconds: float
    sizes: list[float] = field(default_factory=list)

    @property
    def in_five_minutes(self) -> float:
        """What it grows by in five minutes, if it goes on as in the second half."""
        begin, middle, end = self.sizes
        half = self.seconds / 2
        return (middle - begin) + (end - middle) * max(half, FIVE_MINUTES - half) / half


@dataclass
class Figures:
    """What came of one attack."""

    name: str
    seconds: float
    gap_ms: float = 0.0
    packets_ms: float = 0.0
    late_ms: float = 0.0
    own_ms: float = 0.0
    """How late the speaker of the tone itself was."""
    memory_mb: float = 0.0
    text_kb: float = 0.0
    kept_mb: float = 0.0
    enter_s: float = 99.0
    came: int = 0
    kept_out: int = 1
    end_s: float = 0.0
    tracebacks: int = 0
    said: Counter[str] = field(default_factory=Counter)
    """By the attack."""
    counted: Counter[str] = field(default_factory=Counter)
    """By the server."""

    @property
    def amplified(self) -> float:
        """Bytes towards those who have not shown that they receive, for each that came."""
        return self.said["bytes_out"] / max(1, self.said["bytes_in"])

    @property
    def took_place(self) -> bool:
        """Whether it did what it is there for."""
        kind = self.name.partition(" (")[0]
        if kind == "nothing":
            return True
        if kind == "siege":
            proven = {name.partition(":")[0] for name in self.said}
            return all(name in proven for name in SIEGE)
        proof = KINDS[kind].proof
        both = self.said + Counter({f"server {what}": n for what, n in self.counted.items()})
        return sum(both[what] for what in proof) >= KINDS[kind].least * self.seconds

    def misses(self) -> list[str]:
        """What is not as it should be."""
        limit = 100 + self.late_ms
        return [
            what
            for what, is_missed in (
                ("did not take place", not self.took_place),
                ("gap", self.gap_ms > limit or self.packets_ms > max(limit, 100 + self.own_ms)),
                ("memory", self.memory_mb > 400),
                ("log", self.text_kb > 300),
                ("events", self.kept_mb > 5),
                ("entering", self.enter_s > 2 or self.kept_out > 0 or not self.came),
                ("ending", self.end_s > 5),
                ("traceback", self.tracebacks > 0),
                ("amplified", self.amplified > 1),
            )
            if is_missed
        ]

    def cells(self) -> list[str]:
        """A row of the table."""
        cpu = [100 * self.counted[f"cpu {who}"] / self.seconds for who in ("server", "media-1")]
        entered = f"{self.enter_s:.2f}" if self.came else "-"
        return [
            self.name,
            f"{self.gap_ms:.0f}",
            f"{self.packets_ms:.0f}",
            f"{self.late_ms:.0f}",
            f"{self.memory_mb:.0f}",
            f"{self.text_kb:.1f}",
            f"{self.kept_mb:.2f}",
            entered,
            f"{self.kept_out}",
            f"{self.end_s:.1f}",
            f"{self.amplified:.2f}" if self.said["bytes_in"] else "-",
            f"{cpu[0]:.0f}, {cpu[1]:.0f}",
            ", ".join(self.misses()) or "-",
            self._told(),
        ]

    def _told(self) -> str:
        sides = [_most(self.said, without="bytes")]
        if seen := _most(self.counted, without="cpu"):
            sides.append(f"server: {seen}")
        return "; ".join(side for side in sides if side) or "-"


def _most(counts: Counter[str], *, without: str) -> str:
    kept = [(what, n) for what, n in counts.most_common() if n and without not in what]
    return ", ".join(f"{what} {n:,.0f}" for what, n in kept[:SHOWN])


def markdown(cells: list[str] | tuple[str, ...]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"
