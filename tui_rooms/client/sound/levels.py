"""How loud everybody is: written by the client's thread, read by the screen's.

No locks: an entry is one tuple, replaced whole, and copying a dict of strings is one step
under the GIL. So neither thread ever waits for the other.
"""

import time
from dataclasses import dataclass
from typing import Final

SILENCE: Final = -127
HOLD: Final = 0.2
"""Seconds that a level stands after its last packet: longer than the spacing of the server's."""
FALL: Final = 200.0
"""dB a second that it falls after that: silent within about half a second."""
TALKING_FROM: Final = -50
"""dBov at which a packet counts as talk; room noise lies below."""
TALKING_FOR: Final = 0.5
"""Seconds that somebody counts as talking after the last loud packet: pauses between words."""


@dataclass(frozen=True, slots=True)
class Level:
    """One person's sound at one moment."""

    dbov: int = SILENCE
    """0 (loudest) down to -127 (silence)."""
    talking: bool = False


class LevelTable:
    """Levels by identity. Times are those of `time.monotonic`."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[int, float, float]] = {}
        """dBov, when, talking until."""

    def put(self, identity: str, dbov: int, at: float, *, talking: bool | None = None) -> None:
        """Note a level; without `talking` the level itself tells."""
        loud = dbov >= TALKING_FROM if talking is None else talking
        known = self._heard.get(identity)
        until = known[2] if known else 0.0
        self._heard[identity] = (dbov, at, at + TALKING_FOR if loud else until)

    def forget(self, identity: str) -> None:
        """They left."""
        self._heard.pop(identity, None)

    def read(self, identity: str, now: float | None = None) -> Level:
        """One person's level now; silence when nothing is known."""
        entry = self._heard.get(identity)
        return _at(entry, time.monotonic() if now is None else now) if entry else Level()

    def read_all(self, now: float | None = None) -> dict[str, Level]:
        """Everyone's level now, those in silence too if they were ever heard."""
        moment = time.monotonic() if now is None else now
        return {identity: _at(entry, moment) for identity, entry in self._heard.copy().items()}

    def talking(self, now: float | None = None) -> frozenset[str]:
        """Who is talking now."""
        return frozenset(who for who, level in self.read_all(now).items() if level.talking)


def _at(entry: tuple[int, float, float], now: float) -> Level:
    dbov, at, talking_until = entry
    fallen = max(0.0, now - at - HOLD) * FALL
    return Level(max(SILENCE, round(dbov - fallen)), talking=now < talking_until)
