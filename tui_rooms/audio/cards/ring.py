"""Samples between two threads: one only writes, the other only reads.

No locks: the sound card's thread must never wait for Python's others. Each side moves its own
counter, after it has copied; under the GIL each move is seen whole.

Bytes are copied, not arrays: for a block of 10 ms numpy's own work is most of the cost.
"""

from typing import Any, Final, TypeAlias

from tui_rooms.audio.frames import Samples

Sound: TypeAlias = Samples | memoryview | bytearray
"""int16 samples in one piece of memory: an array of shape (n,), or the buffer of a sound card."""
_WIDTH: Final = 2


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
        self._memory = memoryview(bytearray(capacity_samples * _WIDTH))
        self._written = 0
        self._read = 0

    @property
    def fill(self) -> int:
        """Samples that wait to be read."""
        return self._written - self._read

    def write(self, sound: Sound) -> int:
        """Append as many of the samples as there is room for; returns how many."""
        octets = _octets(sound)
        count = min(octets.nbytes // _WIDTH, self.capacity - self.fill)
        if count:
            start = self._written % self.capacity
            first = min(count, self.capacity - start) * _WIDTH
            start *= _WIDTH
            size = count * _WIDTH
            self._memory[start : start + first] = octets[:first]
            if first < size:
                self._memory[: size - first] = octets[first:size]
            self._written += count
        return count

    def read_into(self, out: Sound) -> int:
        """Take up to as many samples as `out` holds into its start; returns how many."""
        octets = _octets(out)
        count = min(octets.nbytes // _WIDTH, self.fill)
        if count:
            start = self._read % self.capacity
            first = min(count, self.capacity - start) * _WIDTH
            start *= _WIDTH
            size = count * _WIDTH
            octets[:first] = self._memory[start : start + first]
            if first < size:
                octets[first:size] = self._memory[: size - first]
            self._read += count
        return count


def _octets(sound: Any) -> memoryview:
    view = memoryview(sound)
    return view.cast("B") if view.nbytes else view
