"""Where rooms and people go."""

from tui_rooms.sfu.workers.placement import EXPECTED, INCOMING, Load, Placement

IDLE = [0.0, 0.0, 0.0]


def test_rooms_are_spread_evenly_while_nobody_is_in_them():
    """The fewest rooms, where nothing else tells workers apart."""
    placement = Placement(3, crowd=10)
    origins = [placement.open(f"room {i}", IDLE).origin for i in range(6)]
    assert origins == [0, 1, 2, 0, 1, 2]


def test_a_new_room_goes_where_the_least_is_measured():
    """Not where the fewest rooms are: a loud one counts for many that are silent."""
    placement = Placement(3, crowd=10)
    for i in range(6):
        placement.open(f"room {i}", IDLE)
    assert placement.open("tea", [900.0, 30.0, 5000.0]).origin == 1


def test_people_count_before_anything_can_be_measured():
    """Somebody will speak."""
    placement = Placement(2, crowd=10)
    placement.open("den", IDLE)
    for i in range(3):
        placement.add("den", f"peer {i}", IDLE, at_origin=True)
    assert placement.open("attic", [0.0, 2.5 * EXPECTED]).origin == 1
    placement.remove("peer 0")
    assert placement.open("cellar", [0.0, 2.5 * EXPECTED]).origin == 0


def test_listeners_go_elsewhere_once_a_worker_has_its_crowd_and_the_stage_never():
    """The idlest worker next; when all are full, where the fewest of this room are."""
    placement = Placement(3, crowd=2)
    hall = placement.open("den", IDLE)
    rates = [0.0, 7000.0, 300.0]
    places = []
    for i in range(9):
        place = placement.add("den", f"ear {i}", rates, at_origin=False)
        if place.worker != hall.origin:
            hall.edges[place.worker] = 1
        places.append(place.worker)
    assert places == [0, 0, 2, 2, 1, 1, 0, 1, 2]
    assert placement.add("den", "ana", rates, at_origin=True).worker == hall.origin
    assert placement.crowd("den", 0) == 4


def test_whoever_leaves_makes_room_where_they_were():
    """The next listener takes the place at the origin."""
    placement = Placement(2, crowd=1)
    placement.open("den", IDLE)
    placement.add("den", "ben", IDLE, at_origin=False)
    placement.remove("ben")
    assert placement.add("den", "cleo", IDLE, at_origin=False).worker == 0


def test_a_load_follows_what_is_measured_and_forgets():
    """Packets a second; one that comes in counts for many that go out."""
    load = Load()
    counts = {"forwarded": 0, "received": 0}
    for step in range(20):
        load.note(counts, 0.5 * step)
        counts = {"forwarded": counts["forwarded"] + 1000, "received": counts["received"] + 50}
    assert abs(load.rate - (2000 + 100 * INCOMING)) < 20
    for step in range(20, 40):
        load.note(counts, 0.5 * step)
    assert load.rate < 20
