"""What is still known of rooms that were forgotten: that an id was somebody else's, and until when.

Rights belong to a room's life, and a forgotten room's id is free for another one. The id itself is
not kept: a mark of it, which only tells whether it is the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tui_rooms.rules.room import Seconds

MARKS_KEPT: Final = 20_000
"""Of the rooms that were forgotten last; of earlier ones it is known only that there were some."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """All that is known of forgotten rooms, by the wall clock."""

    at: Mapping[bytes, Seconds] = field(default_factory=dict)
    """When a room was forgotten, by the mark of its id."""
    complete_since: Seconds = 0.0
    """Whatever was forgotten after that has its mark."""
    began: Seconds = 0.0
    """Since when marks are made at all: older rooms are of before rights had a date."""


def mark_of(room_id: str) -> bytes:
    """What stands for an id."""
    return hashlib.blake2b(room_id.encode(), digest_size=16, person=b"forgotten room").digest()
