"""Names, titles and messages: what shows nothing is refused, and what people write stays whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.text import (
    checked_id,
    checked_line,
    checked_text,
    optional_line,
    optional_text,
)
from tui_rooms.rules.unseen import shows, trimmed

WHOLE = {
    "Persian, with a joiner that parts letters": "می‌خواهم",
    "Tibetan, with vowels below and above": "བསྟོད་པ",
    "Hebrew, with four marks on a letter": "שּׁ֑ב",
    "Devanagari, with a half letter": "क्‍ष",
    "a family of joined emoji": "👩‍👩‍👧‍👦",
    "a heart with a selector": "❤️",
    "a flag of tags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a keycap": "1️⃣",
    "Arabic with a mark of direction": "مرحبا\u200f (ok)",
    "Hangul": "한국어",
    "a symbol of a later Unicode": "\U0001fae8 \U0001faea",
    "Braille": "⠓⠑⠇⠇⠕⠀⠽⠕⠥",
}
NOTHING = {
    "zero width": "\u200b",
    "a joiner": "\u200d",
    "a Hangul filler": "\u3164",
    "its halfwidth form": "\uffa0",
    "vowels of Hangul without a consonant": "\u1160\u1161",
    "a Braille blank": "\u2800",
    "selectors": "\ufe0f\ufe0e",
    "selectors of ideographs": "\U000e0100",
    "tags without a flag": "\U000e0067\U000e0062",
    "unassigned tags": "\U000e0200",
    "marks of direction": "\u200e\u200f\u061c",
    "marks without a letter": "\u0301\u0323",
    "spaces of all widths": "\u2003\u3000\xa0\u202f",
    "a colour of skin without a picture": "\U0001f3fb",
    "a soft hyphen": "\xad",
    "a mark of byte order": "\ufeff",
    "operators that are not written": "\u2062\u2063",
    "a note without a head": "\U0001d159",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_scripts_and_pictures_stay_whole(text: str) -> None:
    """Only its normal form is taken."""
    assert checked_line(text, what="name", limit=40) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_shows_nothing_is_refused_alone_and_joined(text: str) -> None:
    """In a line and in lines; a mark of direction would be no name either."""
    for value in (text, text * 3, f" {text}\u200b{text} "):
        for check in (checked_line, checked_text):
            with pytest.raises(RoomError) as refused:
                check(value, what="title", limit=80)
            assert refused.value.code == "bad-text"
            assert "is empty" in refused.value.sentence or "shows nothing" in refused.value.sentence


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_shows_nothing_takes_nothing_from_what_shows(text: str) -> None:
    """A letter beside it is enough."""
    assert shows(f"a{text}")


@given(st.text(max_size=12))
def test_every_text_is_refused_or_shows_something(text: str) -> None:
    """And checking it once more changes nothing."""
    try:
        line = checked_line(text, what="name", limit=40)
    except RoomError:
        return
    assert shows(line)
    assert line == checked_line(line, what="name", limit=40)
    assert line == checked_text(line, what="name", limit=40)


def test_blanks_at_the_ends_are_no_part_of_a_name() -> None:
    """So "Ana" with something unseen behind it is called Ana, like the other one."""
    for blank in ("\u200b", "\u3164", "\u2800", "\ufeff", "\xad", "\u2060", "\xa0"):
        assert checked_line(f"{blank}Ana{blank}", what="name", limit=40) == "Ana"
    assert trimmed("❤️ ") == "❤️", "a selector belongs to what is before it"


def test_ends_of_lines_and_tabs_become_plain_ones() -> None:
    """As they come from other systems, from forms, from editors."""
    text = "a\r\nb\rc\u2028d\x85e\n\tf\tg"
    assert checked_text(text, what="message", limit=2000) == "a\nb\nc\nd\ne\n    f   g"
    assert checked_line("Tea\tor coffee", what="title", limit=80) == "Tea or coffee"
    with pytest.raises(RoomError, match=r"U\+000A at place 4"):
        checked_line("Tea\ncoffee", what="title", limit=80)


def test_the_limit_counts_what_is_kept() -> None:
    """Spaces for tabs too, and blanks at the ends not."""
    assert len(checked_text("a" + " \u200b" * 30, what="reason", limit=20)) == 1
    with pytest.raises(RoomError, match="message has 41 characters, limit 40"):
        checked_text("x" + "\t" * 9 + "aaaaa", what="message", limit=40)


def test_what_may_be_empty_may_show_nothing() -> None:
    """It is empty then."""
    assert optional_line("\u200b \u3164", what="reason", limit=200) == ""
    assert optional_text("\u2800\n\ufeff", what="description", limit=500) == ""


@pytest.mark.parametrize("code", [0xFFFE, 0x1FFFF, 0xFDD0])
def test_what_is_no_character_is_refused(code: int) -> None:
    """A letter of a later Unicode is one; these never will be."""
    with pytest.raises(RoomError, match=f"U\\+{code:04X} at place 2"):
        checked_line(f"a{chr(code)}", what="name", limit=40)


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\ufe0f", "\u3164", "\xad", "\U000e0061"])
def test_an_id_has_nothing_that_cannot_be_seen(hidden: str) -> None:
    """It could be taken for another; letters, marks and spaces of any script are fine."""
    with pytest.raises(RoomError, match="at place 3, which cannot be seen"):
        checked_id(f"an{hidden}a", what="identity", limit=64)
    for good in ("ana@example.org", "Ána María", "می", "हिन्दी", "guest-1f2e"):
        assert checked_id(good, what="identity", limit=64) == good
