"""Text that people write and others will read in their terminals."""

import re
import unicodedata
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.unseen import is_hidden, shows, trimmed

TITLE_LIMIT: Final = 80
NAME_LIMIT: Final = 40
ID_LIMIT: Final = 100
DESCRIPTION_LIMIT: Final = 500
REASON_LIMIT: Final = 200
REPORT_LIMIT: Final = 2000
MESSAGE_LIMIT: Final = 2000
KEY_LIMIT: Final = 64
VALUE_LIMIT: Final = 1024
EVENT_DATA_BYTES: Final = 4096

TAB: Final = 4
"""Columns of a tab: it becomes spaces, as terminals and people mean different widths by it."""

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
# Bidirectional overrides and isolates can reorder a stranger's whole line.
_REFUSED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")


def checked_line(value: str, *, what: str, limit: int) -> str:
    """One line of text, trimmed and in NFC; a tab becomes a space.

    Args:
        what: how the sentence calls it, for instance "title".
        limit: the most characters it may have.

    Raises:
        RoomError: `bad-text`, when it is empty, too long, shows nothing, or has a character that
            a terminal would act on.
    """
    return _checked(value, what=what, limit=limit, lines=False)


def checked_id(value: str, *, what: str, limit: int) -> str:
    """One line by which somebody or something is told from others: nothing in it is invisible.

    Raises:
        RoomError: `bad-text`, as `checked_line`, and for what would look like another id.
    """
    text = checked_line(value, what=what, limit=limit)
    for place, character in enumerate(text, start=1):
        if is_hidden(character):
            raise RoomError(
                "bad-text",
                f"{what} has U+{ord(character):04X} at place {place}, which cannot be seen: "
                "whoever reads it would take it for another",
            )
    return text


def checked_text(value: str, *, what: str, limit: int) -> str:
    """Text of one line or more, with the promises of `checked_line` otherwise.

    Lines end with LF, whatever they came with, and tabs become spaces up to the next column.
    """
    return _checked(value, what=what, limit=limit, lines=True)


def optional_text(value: str, *, what: str, limit: int) -> str:
    """The same, and it may be empty."""
    return checked_text(value, what=what, limit=limit) if trimmed(value) else ""


def optional_line(value: str, *, what: str, limit: int) -> str:
    """One line that may be empty."""
    return checked_line(value, what=what, limit=limit) if trimmed(value) else ""


def folded(text: str) -> str:
    """Text without case and accents, to compare: 'Café' and 'CAFE' are the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def with_plain_breaks(text: str) -> str:
    """The text with LF at the end of its lines, and spaces for tabs."""
    return _BREAKS.sub("\n", text).expandtabs(TAB)


def is_acted_on(character: str) -> bool:
    """Whether a terminal would act on it, or could not show what it is."""
    code = ord(character)
    # Letters and pictures that are younger than our tables are none of these.
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    category = unicodedata.category(character)
    return no_character or character in _REFUSED or category in _REFUSED_CATEGORIES


def _checked(value: str, *, what: str, limit: int, lines: bool) -> str:
    if len(value) > 4 * limit:  # before any work is spent on it
        raise RoomError("bad-text", f"{what} has {len(value)} characters, limit {limit}")
    text = unicodedata.normalize("NFC", value)
    text = trimmed(with_plain_breaks(text) if lines else text.replace("\t", " "))
    if not text:
        raise RoomError("bad-text", f"{what} is empty; it needs 1 to {limit} characters")
    if len(text) > limit:
        raise RoomError("bad-text", f"{what} has {len(text)} characters, limit {limit}")
    plain = text.replace("\n", " ") if lines else text
    if not plain.isprintable():  # nearly never, and looking at each takes a hundred times as long
        for place, character in enumerate(plain, start=1):
            if is_acted_on(character):
                raise RoomError(
                    "bad-text",
                    f"{what} has U+{ord(character):04X} at place {place}; "
                    "control and direction characters are not allowed",
                )
    if not shows(text):
        raise RoomError(
            "bad-text",
            f"{what} shows nothing: U+{ord(text[0]):04X} and whatever else it has is invisible; "
            f"it needs 1 to {limit} characters, at least one of them to be seen",
        )
    return text
