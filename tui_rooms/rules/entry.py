"""Who may come into a room that is open to them by all else."""

from enum import StrEnum


class Entry(StrEnum):
    """Whom a room takes; whoever is in it may come back in any case."""

    OPEN = "open"
    """Everyone."""
    NO_GUESTS = "no-guests"
    """No new guests: only those with a token or an invitation."""
    LOCKED = "locked"
    """Nobody new, but those who may unlock it."""
