"""Lines of pieces."""

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.people import names
from tui_rooms.tui.drawing.palette import INK, ink
from tui_rooms.tui.drawing.row import fields, row
from tui_rooms.tui.drawing.wrapping import wrapped

PIECES = st.lists(st.tuples(names(), st.just(ink(INK))), max_size=5)


@given(width=st.integers(0, 130), left=PIECES, right=PIECES)
def test_a_row_is_exactly_as_wide_as_asked(
    width: int, left: list[tuple[str, object]], right: list[tuple[str, object]]
) -> None:
    """Whatever stands in it."""
    strip = row(width, left, right, fill=ink(INK))  # type: ignore[arg-type]
    assert sum(segment.cell_length for segment in strip) == width == strip.cell_length


@given(width=st.integers(0, 130), groups=st.lists(PIECES, max_size=5))
def test_fields_are_whole_or_left_out(width: int, groups: list[list[tuple[str, object]]]) -> None:
    """A field that does not fit is not cut, and the line is as wide as asked."""
    strip = fields(width, groups, fill=ink(INK))  # type: ignore[arg-type]
    assert sum(segment.cell_length for segment in strip) == width


def test_the_right_side_stays_when_the_left_is_too_long() -> None:
    """The left is cut with a mark."""
    strip = row(12, [("a long title", ink(INK))], [(" 7", ink(INK))], fill=ink(INK))
    assert strip.text == "a long ti… 7"


@given(text=names(), width=st.integers(2, 40))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    """No line of a wrapped sentence is wider than its place."""
    from rich.cells import cell_len

    assert all(cell_len(line) <= width for line in wrapped(text, width))


def test_wrapped_code_keeps_its_indentation() -> None:
    """As far as there is room for what it is about."""
    assert list(wrapped("    return x + y", 12)) == ["    return x", "+ y"]
    assert list(wrapped(" " * 40 + "deep", 12)) == ["      deep"]
    assert list(wrapped(" " * 40, 12)) == []
