"""When to try again."""

import itertools
import random
from collections import Counter

from tui_rooms.client.link.backoff import LONGEST, delays


def test_delays_double_up_to_the_longest():
    """The first try is soon; later ones leave the server in peace."""
    first = list(itertools.islice(delays(lambda: 1.0), 8))
    assert first == [0.25, 0.5, 1.0, 2.0, 4.0, LONGEST, LONGEST, LONGEST]


def test_clients_spread_over_half_of_each_delay():
    """A server that restarts is not met by all clients in one moment."""
    soonest = itertools.islice(delays(lambda: 0.0), 3)
    assert list(soonest) == [0.125, 0.25, 0.5]


def test_where_only_a_part_is_missing_pauses_stay_short():
    """The server answers, so it is in no trouble."""
    some = list(itertools.islice(delays(lambda: 1.0, longest=3.0), 6))
    assert some == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0]


def test_400_clients_do_not_come_back_at_once():
    """Of those who lose a server in one moment few meet in any tenth of a second, from the third
    try on: a server takes a second to start."""
    chance = random.Random(4)
    came = []
    for _ in range(400):
        tries = list(itertools.accumulate(itertools.islice(delays(chance.random), 8)))
        came += [int(10 * moment) for moment in tries[3:]]
    most = max(Counter(came).values())
    assert most < 60
