"""What a paste becomes: its text, and nothing that a terminal would act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.text import checked_text
from tui_rooms.tui.model.pasted import on_one_line, without_controls


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("if x:\n\treturn\ty", "if x:\n    return  y"),
        ("\x1b[1;31merror\x1b[0m: x", "error: x"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "link"),
        ("N\bNA\bA\0\x7f\x9b", "NNAA"),
        ("\u2068Ana\u2069 wrote \u202ex", "Ana wrote x"),
        ("می‌خواهم 👩‍👩‍👧 བསྟོད", "می‌خواهم 👩‍👩‍👧 བསྟོད"),
        ("half \ud83d", "half "),
        ("a\x0cb\u2028c", "a\nb\nc"),
    ],
)
def test_a_paste_is_its_text(pasted: str, text: str) -> None:
    """Ends of lines from anywhere, tabs, colours that came along, marks of chat programs."""
    assert without_controls(pasted) == text


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_what_was_pasted_can_be_sent(pasted: str) -> None:
    """It may be too little to send, but nothing in it is refused."""
    try:
        checked_text("a" + without_controls(pasted), what="message", limit=2000)
    except RoomError as refused:
        raise AssertionError(refused.sentence) from refused


def test_on_one_line_there_is_one_space_between_lines() -> None:
    """And none for the line end behind a link that was copied with it."""
    assert on_one_line("http://a/r/tea\n") == "http://a/r/tea"
    assert on_one_line("Tea\n   and\n\n biscuits") == "Tea and biscuits"
