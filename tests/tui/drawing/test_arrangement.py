"""Places of the stage and the audience."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.tui.drawing.arrangement import LOW, TALL, Arrangement, arrange


def arrangements() -> st.SearchStrategy[Arrangement]:
    """Any room in any window."""
    return st.builds(
        arrange, st.integers(58, 240), st.integers(10, 80), st.integers(0, 60), st.integers(0, 300)
    )


@given(places=arrangements())
def test_nobody_stands_in_anothers_place_or_outside(places: Arrangement) -> None:
    """All places are within the canvas and free of each other."""
    taken: set[tuple[int, int]] = set()
    for person in range(places.stage + places.audience):
        place = places.place(person)
        assert place.x >= 0
        assert place.right <= places.width
        assert place.bottom <= places.height
        cells = {(x, y) for x in range(place.x, place.right) for y in range(place.y, place.bottom)}
        assert cells
        assert not cells & taken
        taken |= cells


@given(places=arrangements())
def test_a_click_on_a_place_finds_its_person(places: Arrangement) -> None:
    """`at` is the inverse of `place`."""
    for person in range(places.stage + places.audience):
        place = places.place(person)
        assert places.at(place.x, place.y) == person
        assert places.at(place.right - 1, place.bottom - 1) == person


@given(places=arrangements(), data=st.data())
def test_down_and_up_again_stays_in_the_room(places: Arrangement, data: st.DataObject) -> None:
    """Steps lead to people, and every person can be reached from the first."""
    everyone = places.stage + places.audience
    if not everyone:
        return
    person = data.draw(st.integers(0, everyone - 1))
    for dx, dy in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        assert 0 <= places.neighbour(person, dx, dy) < everyone
    here = 0
    for _ in range(everyone - 1):
        here = places.neighbour(here, 1, 0)
    assert here == everyone - 1


def test_tiles_are_tall_while_there_is_room_and_low_when_it_is_full() -> None:
    """Six fit tall into 80×20; fifty on one stage become low."""
    assert arrange(79, 20, 6, 30).tile_height == TALL
    assert arrange(119, 32, 50, 0).tile_height == LOW


def test_the_last_row_has_as_few_empty_places_as_can_be() -> None:
    """Six people stand in two rows of three, not in rows of four and two."""
    places = arrange(119, 32, 6, 0)
    assert (places.columns, places.stage_rows) == (3, 2)
