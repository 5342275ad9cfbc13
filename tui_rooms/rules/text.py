"""Text that people write and others will read in their terminals."""

import unicodedata

from tui_rooms.rules.errors import RoomError

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
    line = unicodedata.normalize("NFC", value).strip()
    if not line:
        raise RoomError("bad-text", f"{what} is empty; it needs 1 to {limit} characters")
    if len(line) > limit:
        raise RoomError("bad-text", f"{what} has {len(line)} characters, limit {limit}")
    for place, character in enumerate(line, start=1):
        if unicodedata.category(character) in _REFUSED_CATEGORIES or character in _REFUSED:
            raise RoomError(
                "bad-text",
                f"{what} has U+{ord(character):04X} at place {place}; "
                "control and direction characters are not allowed",
            )
    return line
