"""How long something has gone on, or will."""

from typing import Final

_LONGEST: Final = 10**9
"""Seconds, some thirty years: what is longer is a mistake of somebody's clock."""


def whole(seconds: float) -> int:
    """Full seconds; none of what is negative, or no number."""
    return int(min(seconds, _LONGEST)) if seconds > 0 else 0


def duration(seconds: float) -> str:
    """Hours only when there are any: 12:45, 1:12:45."""
    minutes, rest = divmod(whole(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
