"""What somebody asks for who opens a room."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """A room to open, or to schedule."""

    title: str
    room_type: str
    description: str = ""
    starts_at: float | None = None
    """Seconds since the epoch; None: now."""
    private: bool = False
    password: str | None = field(default=None, repr=False)
