"""Text in pipes: every script whole, and nothing that a terminal would act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.test_text import WHOLE
from tui_rooms.rules.printed import printed, printed_lines


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_scripts_and_pictures_are_printed_whole(text: str) -> None:
    """Joiners, vowels, four marks on a letter, selectors, tags, and symbols of later Unicodes."""
    assert printed(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("no\x1b[2J way\x07", "no\ufffd[2J way\ufffd"),
        ("\x9b31mred", "\ufffd31mred"),
        ("\u202eesrever \u2066x\u2069", "\ufffdesrever \ufffdx\ufffd"),
        ("half \ud83d", "half \ufffd"),
        ("two\r\nlines\tand\u2028more", "two lines   and more"),
        ("a" + "\u0301" * 500 + "b", "a" + "\u0301" * 16 + "b"),
        ("\ue000", "\ufffd"),
    ],
)
def test_what_a_terminal_would_act_on_is_replaced(text: str, line: str) -> None:
    """And one text is one line."""
    assert printed(text) == line


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_printing_never_fails_and_never_breaks_a_line(text: str) -> None:
    """Whatever a server sends."""
    line = printed(text)
    assert len(line.splitlines()) <= 1
    assert len(line.encode()) >= len(line)
    assert printed(line) == line


def test_lines_of_a_message_cannot_pass_for_other_messages() -> None:
    """They stand behind an indentation."""
    assert printed_lines("one\r\n10:00  Ana: two\n\nfour", "  | ") == [
        "one",
        "  | 10:00  Ana: two",
        "  | ",
        "  | four",
    ]
