"""How good one peer's path is: what is measured of it, smoothed, and judged without flicker.

It gets worse as soon as a limit of `tui_rooms.wire.quality` is reached, and better only once it has
been clearly better for a while.
"""

from typing import Final

from tui_rooms.sfu.rooms.slots import Slot
from tui_rooms.wire.quality import GOOD_FROM, ConnectionQuality, judged

HALF_LIFE: Final = 4.0
"""Seconds in which what was lost comes to count half: 0.4 s without a packet are not yet poor."""
ENOUGH: Final = 50
"""Packets; of fewer, a lost one counts as one of so many: a pause in talk tells little."""
NEGLIGIBLE: Final = 0.1
"""A packet that was lost so long ago counts no more."""
FRESH: Final = 12.0
"""Seconds that jitter and round trip count; browsers report about every 5 s."""
EASE: Final = 1.5
"""Loss, jitter and round trip must be so many times below a limit before it is better again."""
CALM: Final = 6.0
"""Seconds for which they must be."""


class Way:
    """One direction of a path: how much it has lost lately, and how much it jitters."""

    __slots__ = ("_at", "_expected", "_jitter_ms", "_lost")

    def __init__(self) -> None:
        self._at = 0.0
        self._expected = 0.0
        self._lost = 0.0
        self._jitter_ms = 0.0

    def note(self, expected: float, lost: float, jitter_ms: float, now: float) -> None:
        """A report.

        Args:
            expected, lost: packets since the report before; late ones count below zero.
            jitter_ms: this way's own, RFC 3550 §6.4.1.
            now: seconds.
        """
        fade = self._fade(now)
        self._expected = self._expected * fade + expected
        lost += self._lost * fade
        self._lost = lost if abs(lost) > NEGLIGIBLE else 0.0
        self._jitter_ms = max(0.0, jitter_ms)
        self._at = now

    @property
    def is_clean(self) -> bool:
        """Whether nothing of it can be noticed."""
        return self._lost <= 0.0 and self._jitter_ms < GOOD_FROM.jitter_ms

    def loss(self, now: float) -> float:
        """Share of packets lost lately, 0 to 1."""
        fade = self._fade(now)
        return max(0.0, self._lost * fade) / max(self._expected * fade, ENOUGH)

    def jitter_ms(self, now: float) -> float:
        """The last that was reported, while it is fresh."""
        return self._jitter_ms if now - self._at < FRESH else 0.0

    def _fade(self, now: float) -> float:
        return float(0.5 ** ((now - self._at) / HALF_LIFE))


class PathQuality:
    """Both ways of one peer's path, and what they come to."""

    __slots__ = (
        "_calm_since",
        "_marks",
        "_round_trip_at",
        "_round_trip_ms",
        "down",
        "quality",
        "up",
    )

    def __init__(self) -> None:
        self.up = Way()
        self.down = Way()
        self.quality = ConnectionQuality.EXCELLENT
        """As it was judged last."""
        self._round_trip_ms = 0.0
        self._round_trip_at = 0.0
        self._calm_since: float | None = None
        self._marks: dict[int, tuple[int, int]] = {}
        """By slot: its highest number and what it missed, at this peer's last report."""

    def passed(self, slot: Slot) -> tuple[int, int]:
        """Numbers of a slot since this peer's last report on it, and how many never reached us.

        Nothing before the first report: who knows from when on it has listened.
        """
        number, missing = self._marks.get(slot.index, (slot.highest, slot.missing))
        self._marks[slot.index] = slot.highest, slot.missing
        return slot.highest - number, max(0, slot.missing - missing)

    def round_trip(self, milliseconds: float, now: float) -> None:
        """It was measured."""
        self._round_trip_ms, self._round_trip_at = milliseconds, now

    def judge(self, now: float) -> bool:
        """Look again; whether the quality has changed."""
        is_excellent = self.quality is ConnectionQuality.EXCELLENT
        is_near = self._round_trip_ms < GOOD_FROM.round_trip_ms
        if is_excellent and is_near and self.up.is_clean and self.down.is_clean:
            return False  # most listeners, most of the time
        loss = max(self.up.loss(now), self.down.loss(now))
        jitter = max(self.up.jitter_ms(now), self.down.jitter_ms(now))
        trip = self._round_trip_ms if now - self._round_trip_at < FRESH else 0.0
        seen = judged(loss=loss, jitter_ms=jitter, round_trip_ms=trip)
        if seen.rank > self.quality.rank:
            self.quality, self._calm_since = seen, None
            return True
        if is_excellent:
            return False
        clear = judged(loss=EASE * loss, jitter_ms=EASE * jitter, round_trip_ms=EASE * trip)
        if clear.rank >= self.quality.rank:
            self._calm_since = None
            return False
        if self._calm_since is None:
            self._calm_since = now
        if now - self._calm_since < CALM:
            return False
        self.quality, self._calm_since = clear, None
        return True
