"""When to try again."""

import itertools

from tui_rooms.client.link.backoff import LONGEST, delays


def test_delays_double_up_to_the_longest():
    """The first try is soon; later ones leave the server in peace."""
    first = list(itertools.islice(delays(lambda: 1.0), 8))
    assert first == [0.25, 0.5, 1.0, 2.0, 4.0, LONGEST, LONGEST, LONGEST]


def test_clients_spread_over_half_of_each_delay():
    """A server that restarts is not met by all clients in one moment."""
    soonest = itertools.islice(delays(lambda: 0.0), 3)
    assert list(soonest) == [0.125, 0.25, 0.5]
