"""How many bits a second a voice gets."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.client.sound.bitrate import LEAST, MOST, BitRate


def test_a_calm_network_gets_the_best_voice():
    """One repetition, no loss."""
    assert BitRate().report(1, 0.0, 0.030) == MOST


def test_repetitions_cost_a_voice_nothing_while_there_is_room():
    """Less than the best is heard, and nothing says that the network cannot carry it."""
    assert BitRate().report(4, 0.3, 0.030) == MOST


def test_four_repetitions_leave_less_to_each_when_packets_wait():
    """What is turned down is the sum of all copies."""
    few, many = BitRate(), BitRate()
    for rate, depth in ((few, 1), (many, 4)):
        rate.report(depth, 0.0, 0.030)
    assert many.report(4, 0.1, 0.400) < few.report(1, 0.1, 0.400) == MOST


def test_loss_without_a_queue_is_no_congestion():
    """A radio link loses packets of any size."""
    rate = BitRate()
    assert {rate.report(3, 0.2, 0.030) for _ in range(50)} == {MOST}


def test_loss_with_a_growing_round_trip_turns_down_and_calm_turns_up_again():
    """Packets wait and get lost: too much is sent. Within 5 s it is the least, and as calm comes
    back so does the voice."""
    rate = BitRate()
    rate.report(1, 0.0, 0.030)
    assert [rate.report(1, 0.1, 0.400) for _ in range(10)][-1] == LEAST
    risen = [rate.report(1, 0.0, 0.030) for _ in range(60)]
    assert risen[5] < MOST / 2
    assert risen[-1] == MOST


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.floats(0, 1), st.none() | st.floats(0, 10)), min_size=1
    )
)
def test_the_rate_is_always_within_its_bounds(reports):
    """16 to 48 kb/s, whatever is reported."""
    rate = BitRate()
    for report in reports:
        assert LEAST <= rate.report(*report) <= MOST
