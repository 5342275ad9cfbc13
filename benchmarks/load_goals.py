"""What a load test has found, as a table, and what each row of it ought to be."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Found: TypeAlias = Mapping[tuple[str, str, str], Sequence[float]]
"""By scenario, figure and server: one value a round."""
COLUMNS: Final = ("ours", "Janus", "floor")


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for the median of ours, or for its ratio to Janus'."""

    limit: float
    beside_janus: bool = False
    at_least: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.limit:g}" + (" × Janus" if self.beside_janus else "")

    def verdict(self, ours: float | None, janus: float | None) -> str:
        """Whether it is met; nothing where that cannot be said."""
        if ours is None or (self.beside_janus and not janus):
            return ""
        value = ours / janus if self.beside_janus and janus else ours
        met = value >= self.limit if self.at_least else value <= self.limit
        return "met" if met else "missed"


_DELAY: Final = Goal(6.0)
GOALS: Final = {
    ("400 × 3", "µs a packet"): Goal(0.42, beside_janus=True),
    ("50 × 3", "µs a packet"): Goal(0.6, beside_janus=True),
    ("20 of 5 × 1", "µs a packet"): Goal(0.6, beside_janus=True),
    ("400 × 3", "ms a join, all"): Goal(0.15, beside_janus=True),
    ("400 × 3", "kB a session, media"): Goal(60.0),
    ("400 × 3", "p99 ms beyond a sleeper's"): _DELAY,
    ("storm", "p99 ms beyond a sleeper's"): _DELAY,
    ("most", "packets a second"): Goal(2.0, beside_janus=True, at_least=True),
}
"""By scenario and figure. 400 × 3 is 60,000 packets a second."""


def print_table(found: Found) -> None:
    """Medians with their ranges, ratios, goals, and whether these are met."""
    print("| | | ours | Janus | ours / Janus | floor | goal | |")
    print("|---|---|---|---|---|---|---|---|")
    for name, what in dict.fromkeys((name, what) for name, what, _of in found):
        cells: list[str] = []
        middle: dict[str, float] = {}
        for of in COLUMNS:
            values = found.get((name, what, of))
            if not values:
                cells.append("")
                continue
            middle[of] = statistics.median(values)
            cells.append(f"{middle[of]:.4g} ({min(values):.4g}–{max(values):.4g})")
        ours, janus = middle.get("ours"), middle.get("Janus")
        # A difference, and a share that is mostly none: a ratio would say nothing.
        has_ratio = ours is not None and janus and "beyond" not in what and "lost" not in what
        ratio = f"{ours / janus:.2f}" if has_ratio and ours is not None and janus else ""
        goal = GOALS.get((name, what))
        verdict = goal.verdict(ours, janus) if goal else ""
        print(
            f"| {name} | {what} | {cells[0]} | {cells[1]} | {ratio} | {cells[2]}"
            f" | {goal or ''} | {verdict} |"
        )
