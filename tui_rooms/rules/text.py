"""Text that people write and others will read in their terminals."""

import unicodedata
from typing import Final

from tui_rooms.rules.errors import RoomError

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

_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# Bidirectional overrides and isolates can reorder a stranger's whole line.
_REFUSED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def checked_line(value: str, *, what: str, limit: int) -> str:
    """One line of text, trimmed and in NFC.

    Args:
        what: how the sentence calls it, for instance "title".
        limit: the most characters it may have.

    Raises:
        RoomError: `bad-text`, when it is empty, too long, or has a character that a terminal
            would act on.
    """
    return _checked(value, what=what, limit=limit, lines=False)


def checked_text(value: str, *, what: str, limit: int) -> str:
    """Text of one line or more, with the promises of `checked_line` otherwise."""
    return _checked(value, what=what, limit=limit, lines=True)


def optional_text(value: str, *, what: str, limit: int) -> str:
    """The same, and it may be empty."""
    return checked_text(value, what=what, limit=limit) if value.strip() else ""


def optional_line(value: str, *, what: str, limit: int) -> str:
    """One line that may be empty."""
    return checked_line(value, what=what, limit=limit) if value.strip() else ""


def folded(text: str) -> str:
    """Text without case and accents, to compare: 'Café' and 'CAFE' are the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def _checked(value: str, *, what: str, limit: int, lines: bool) -> str:
    if len(value) > 4 * limit:  # before any work is spent on it
        raise RoomError("bad-text", f"{what} has {len(value)} characters, limit {limit}")
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise RoomError("bad-text", f"{what} is empty; it needs 1 to {limit} characters")
    if len(text) > limit:
        raise RoomError("bad-text", f"{what} has {len(text)} characters, limit {limit}")
    plain = text.replace("\n", " ") if lines else text
    if plain.isprintable():
        return text  # nearly always, and a hundred times as fast as looking at each
    for place, character in enumerate(plain, start=1):
        if unicodedata.category(character) in _REFUSED_CATEGORIES or character in _REFUSED:
            raise RoomError(
                "bad-text",
                f"{what} has U+{ord(character):04X} at place {place}; "
                "control and direction characters are not allowed",
            )
    return text
