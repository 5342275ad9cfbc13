"""Text of others takes exactly its place, and does nothing to the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from tests.tui.people import AWKWARD, names
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.text import checked_line
from tui_rooms.tui.drawing.cells import clip, fit, shown, width_of


@given(text=names(), width=st.integers(0, 60))
def test_text_fills_its_place_to_the_cell(text: str, width: int) -> None:
    """Whatever the text, `fit` returns exactly as many cells as asked."""
    assert cell_len(fit(text, width)) == width


@given(text=names(), width=st.integers(0, 60))
def test_clipped_text_never_sticks_out(text: str, width: int) -> None:
    """`clip` takes no more cells than there are."""
    assert cell_len(clip(text, width)) <= width


@given(text=st.text())
def test_nothing_that_a_terminal_acts_on_is_shown(text: str) -> None:
    """No control, format, surrogate or private character gets through."""
    for character in shown(text):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(text=names())
def test_two_ways_of_counting_cells_agree(text: str) -> None:
    """Rich counts whole clusters, old terminals single characters: no text tells them apart."""
    safe = shown(text)
    assert cell_len(safe) == sum(max(0, wcwidth(character)) for character in safe)


@given(text=names())
def test_making_text_safe_twice_changes_nothing(text: str) -> None:
    """Pieces may be made safe at every stage of drawing."""
    assert shown(shown(text)) == shown(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("🇩🇪", "DE"),
        ("👨‍👩‍👧", "👨👩👧"),
        ("❤️", "❤"),
        ("\x1b[2J", "\ufffd[2J"),
        ("a\nb", "a b"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_disputed_glyphs_become_undisputed(text: str, seen: str) -> None:
    """Joined emoji come apart and flags become letters; writing systems stay whole."""
    assert shown(text) == seen


def test_cut_text_says_so() -> None:
    """A cut is marked; a wide glyph that does not fit leaves a space."""
    assert fit("美美美", 4) == "美… "
    assert fit("Mei-Lin", 5) == "Mei-…"


@pytest.mark.parametrize("text", AWKWARD)
def test_marks_do_not_pile_up(text: str) -> None:
    """At most two combining marks stay on one character."""
    run = 0
    for character in shown(text):
        run = run + 1 if unicodedata.combining(character) else 0
        assert run <= 2
    assert width_of(text) >= 0


@given(st.one_of(st.text(max_size=8), st.text(st.characters(categories=("L", "N", "P", "S")))))
def test_what_a_room_accepts_is_seen_in_cells(text: str) -> None:
    """No name and no message that the rules let through is a blank on the screen."""
    try:
        line = checked_line(text, what="name", limit=200)
    except RoomError:
        return
    assert shown(line).strip()
