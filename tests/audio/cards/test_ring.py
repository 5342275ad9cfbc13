"""The ring between the sound card's thread and ours."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.cards.ring import Ring


@given(
    capacity=st.integers(1, 50),
    turns=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=60),
)
def test_what_goes_in_comes_out_in_order(capacity: int, turns: list[tuple[bool, int]]):
    """Against a list: any writes and reads, any sizes, around the end and when full or empty."""
    ring = Ring(capacity)
    expected: list[int] = []
    following = 0
    for writing, size in turns:
        if writing:
            samples = np.arange(following, following + size, dtype=np.int16)
            taken = ring.write(samples)
            assert taken == min(size, capacity - len(expected))
            expected += range(following, following + taken)
            following += taken
        else:
            out = np.full(size, -1, np.int16)
            got = ring.read_into(out)
            assert got == min(size, len(expected))
            assert out.tolist() == expected[:got] + [-1] * (size - got)
            del expected[:got]
        assert ring.fill == len(expected)


def test_two_threads_lose_and_double_nothing():
    """A writer and a reader at full speed, with pieces that never fit evenly."""
    ring = Ring(10_000)
    total = 500_000
    sequence = (np.arange(total) % 30_000).astype(np.int16)
    heard = np.empty(total, np.int16)

    def write() -> None:
        sent = 0
        while sent < total:
            sent += ring.write(sequence[sent : sent + 3_333])

    writer = threading.Thread(target=write)
    writer.start()
    got = 0
    while got < total:
        got += ring.read_into(heard[got : got + 2_571])
    writer.join(10)
    assert not writer.is_alive()
    assert np.array_equal(heard, sequence)


def test_a_ring_without_room_is_refused():
    """It could only ever drop."""
    with pytest.raises(ValueError, match="not 0"):
        Ring(0)
