"""Decoded sound in presentation time: a hole in a file lasts as long as it does in a player."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from tui_rooms.audio.frames import RATE, Samples
from tui_rooms.audio.resample import Resampler

TOLERANCE: Final = 0.040
"""Seconds that times may be off: containers round them, and nobody hears so little."""
_LONGEST_HOLE: Final = 3600.0
"""Seconds; more is a broken clock, not a pause."""
_LONGEST_STEP: Final = 10.0
"""The same where joined recordings have clocks of their own."""
_PIECE: Final = RATE
"""Samples of silence at a time, however long the hole."""


class Timeline:
    """Takes pieces of mono sound of any rate and gives 48 kHz without gaps.

    Nothing is ever left out: where times go back, as in files that were put behind one another,
    the sound just goes on.

    Args:
        begin: the file's own beginning in seconds, which may be before that of its sound; None
            where it does not say.
        steps: whether its clock may step, as in a transport stream.
    """

    def __init__(self, begin: float | None, *, steps: bool) -> None:
        self._expected = begin
        """Where the next piece should begin, if nothing is missing."""
        self._reached = begin
        """The end of the last stretch, damaged or not."""
        self._longest = _LONGEST_STEP if steps else _LONGEST_HOLE
        self._rate = RATE
        self._resampler: Resampler | None = None

    def place(self, samples: Samples, rate: int, start: float | None) -> Iterator[Samples]:
        """Take the next piece, and give what is complete.

        Args:
            rate: of these samples; it may change from one piece to the next.
            start: their presentation time in seconds, None where it is unknown.
        """
        yield from self._until(start)
        if rate != self._rate:
            yield from self._flush()
            self._rate = rate
        if samples.size:
            yield self._at_48_khz(samples)
        if self._expected is not None:
            self._expected += samples.size / rate
            self._reached = self._expected

    def damaged(self, end: float) -> None:
        """A stretch that ends there could not be decoded: its time passes all the same."""
        self._reached = end if self._reached is None else max(self._reached, end)

    def close(self) -> Iterator[Samples]:
        """What is left: the resampler's, and silence for a damaged end."""
        yield from self._until(self._reached)
        yield from self._flush()

    def _until(self, start: float | None) -> Iterator[Samples]:
        """Silence up to there; where the clock has stepped, only the clock is set."""
        if start is None:
            return
        gap = 0.0 if self._expected is None else start - self._expected
        if TOLERANCE < gap <= self._longest:
            yield from self._flush()
            left = round(gap * RATE)
            while left > 0:
                yield np.zeros(min(left, _PIECE), np.int16)
                left -= _PIECE
        if self._expected is None or abs(gap) > TOLERANCE:
            self._expected = start

    def _at_48_khz(self, samples: Samples) -> Samples:
        if self._rate == RATE:
            return samples
        if self._resampler is None:
            self._resampler = Resampler(self._rate, RATE)
        return self._resampler.push(samples)

    def _flush(self) -> Iterator[Samples]:
        resampler, self._resampler = self._resampler, None
        if resampler is not None:
            yield resampler.flush()
