"""What a process takes of this machine, as Linux tells it; elsewhere nothing is told."""

import os
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Of one process, now."""

    memory: int
    """Bytes in memory (resident)."""
    cpu: float
    """Seconds of processor time since it began."""
    descriptors: int
    descriptor_limit: int


def process_figures(pid: int, *, root: Path = Path("/proc")) -> ProcessFigures | None:
    """Of that process; None when it has gone, or this system does not tell.

    Args:
        root: where the system tells it.
    """
    there = root / str(pid)
    try:
        pages = int((there / "statm").read_text().split()[1])
        # Behind the name of the program, which may hold anything, the 14th and 15th field.
        ticks = (there / "stat").read_text().rpartition(")")[2].split()[11:13]
        limit = re.search(r"^Max open files +(\d+)", (there / "limits").read_text(), re.MULTILINE)
        descriptors = len(os.listdir(there / "fd"))
    except (OSError, ValueError, IndexError):
        return None
    return ProcessFigures(
        memory=pages * os.sysconf("SC_PAGE_SIZE"),
        cpu=sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"),
        descriptors=descriptors,
        descriptor_limit=int(limit[1]) if limit else 0,
    )
