"""What is counted of incoming sound, and the shares that follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from tui_rooms.audio.frames import FRAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What can be added up over streams and paths."""

    packets: int = 0
    expected: int = 0
    lost: int = 0
    repaired: int = 0
    played: int = 0
    held: float = 0.0
    """Seconds in jitter buffers."""
    concealed: int = 0
    """Samples."""

    @classmethod
    def total(cls, parts: Iterable[Self]) -> Self:
        """Of each field."""
        them = list(parts)
        return cls(**{f.name: sum(getattr(one, f.name) for one in them) for f in fields(cls)})

    @property
    def loss(self) -> float:
        """Share lost on the way, 0 to 1."""
        return max(0, self.lost) / self.expected if self.expected else 0.0

    @property
    def loss_left(self) -> float:
        """Share lost and not mended, 0 to 1."""
        return max(0, self.lost - self.repaired) / self.expected if self.expected else 0.0

    @property
    def held_ms(self) -> float:
        """Mean of a packet."""
        return 1000 * self.held / self.played if self.played else 0.0

    @property
    def concealed_share(self) -> float:
        """Of the sound, 0 to 1."""
        made_up = self.concealed / FRAME
        return made_up / (made_up + self.played) if made_up else 0.0
