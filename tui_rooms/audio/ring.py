"""Samples between two threads: one only writes, the other only reads.

No locks: the sound card's thread must never wait for Python's others. Each side moves its own
counter, after it has copied; under the GIL each move is seen whole.
"""

from typing import Final

import numpy as np

from tui_rooms.audio.frames import Samples


class Ring:
    """A fixed number of samples, first in, first out.

    Args:
        capacity_samples: how many it holds, at least 1.

    Raises:
        ValueError: less than 1.
    """

    def __init__(self, capacity_samples: int) -> None:
        if capacity_samples < 1:
            raise ValueError(f"a ring needs room for 1 sample or more, not {capacity_samples}")
        self.capacity: Final = capacity_samples
        self._samples = np.zeros(capacity_samples, np.int16)
        self._written = 0
        self._read = 0

    @property
    def fill(self) -> int:
        """Samples that wait to be read."""
        return self._written - self._read

    def write(self, samples: Samples) -> int:
        """Append as many of the samples (shape (n,)) as there is room for; returns how many."""
        count = min(samples.size, self.capacity - self.fill)
        start = self._written % self.capacity
        first = min(count, self.capacity - start)
        self._samples[start : start + first] = samples[:first]
        self._samples[: count - first] = samples[first:count]
        self._written += count
        return count

    def read_into(self, out: Samples) -> int:
        """Take up to `out.size` samples into the start of `out`; returns how many."""
        count = min(out.size, self.fill)
        start = self._read % self.capacity
        first = min(count, self.capacity - start)
        out[:first] = self._samples[start : start + first]
        out[first:count] = self._samples[: count - first]
        self._read += count
        return count
