"""RED's depth follows the loss."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.client.redundancy import Redundancy


def test_a_clean_network_gets_one_repetition():
    """Below 5 % one earlier frame is enough."""
    redundancy = Redundancy()
    assert [redundancy.report(0.02, 0.02) for _ in range(20)] == [1] * 20


def test_loss_deepens_at_once_and_calm_takes_its_time():
    """Speech breaks up now; bytes can wait. A loss just below the step changes nothing."""
    redundancy = Redundancy()
    assert redundancy.report(0.0, 0.3) == 4
    assert [redundancy.report(0.0, 0.18) for _ in range(20)] == [4] * 20
    assert [redundancy.report(0.0, 0.0) for _ in range(5)] == [4, 4, 4, 4, 3]


def test_loss_on_both_ways_adds_up():
    """4 % on the way to the server and 4 % from it on is more than 5 %."""
    assert Redundancy().report(0.04, 0.04) == 2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1))))
def test_the_depth_is_always_one_that_the_engine_has_room_for(reports):
    """1 to 4, whatever a server reports."""
    redundancy = Redundancy()
    for uplink, downlink in reports:
        assert 1 <= redundancy.report(uplink, downlink) <= 4
