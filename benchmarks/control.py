"""The control of a measurement in real time: what the machine itself stole meanwhile.

A loop that only sleeps, in a process of its own, says how late it woke at worst. That is not all:
a scheduler favours whoever mostly sleeps, so the share of time that the cores were idle counts too.
Where it woke late, or the cores had nothing left, the machine was measured.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_NAP = 0.005
_STAT = Path("/proc/stat")
LATE_MS = 15.0
LEAST_IDLE = 0.2


class Control:
    """Runs during a `with` block; the figures are known afterwards."""

    latest_ms = 0.0
    """Milliseconds by which it woke late, at worst."""
    idle = 1.0
    """Share of all cores' time in which they were idle; 1 where the system does not tell."""

    @property
    def busy(self) -> bool:
        """Whether what was measured is the machine."""
        return self.latest_ms > LATE_MS or self.idle < LEAST_IDLE

    def __str__(self) -> str:
        verdict = ": too busy" if self.busy else ""
        return f"latest wake-up {self.latest_ms:.0f} ms, {self.idle:.0%} idle{verdict}"

    def __enter__(self) -> Self:
        self._began = time.monotonic(), _idle_seconds()
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it runs
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        output, _ = self._process.communicate()
        began, idle = self._began
        if _STAT.exists():
            cores = (time.monotonic() - began) * (os.cpu_count() or 1)
            self.idle = (_idle_seconds() - idle) / cores
        self.latest_ms = max((float(line) for line in output.split()), default=0.0)


def _idle_seconds() -> float:
    """Of all cores together, since the system's start."""
    if not _STAT.exists():
        return 0.0
    return int(_STAT.read_text().split()[4]) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print each new maximum until terminated."""
    print(0.0, flush=True)
    latest = 0.0
    while True:
        begin = time.monotonic()
        time.sleep(_NAP)
        late = time.monotonic() - begin - _NAP
        if late > latest:
            latest = late
            print(1000 * late, flush=True)


if __name__ == "__main__":
    main()
