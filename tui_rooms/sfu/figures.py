"""What an engine says of itself when an operator asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_rooms.sfu.durations import Durations


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """Of one process that carries sound, since it began."""

    pid: int
    """Of the process."""
    alive: bool
    """Whether it answers."""
    rooms: int
    peers: int
    counts: Mapping[str, int]
    """By the names of `Counters`."""
    lag: Durations
    """How late its loop came to what was due, looked at ten times a second."""
