"""Ids of rooms: what stands in links, and is typed into commands."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 40
SCHEMA: Final = "^[a-zA-Z0-9][a-zA-Z0-9-]{0,39}$"
"""What is taken, as a pattern for documents."""
_ID: Final = "[a-z0-9][a-z0-9-]{0,39}"
_QUOTED: Final = 60
"""Characters of what was said that a sentence repeats."""


def room_id(text: str) -> str:
    """An id as it is kept. Capitals are made small: two rooms never differ by them alone.

    Raises:
        ValueError: no room can have that id; the text says what ids look like.
    """
    small = text.lower() if text.isascii() else text
    if not re.fullmatch(_ID, small):
        raise ValueError(
            f"no room has the id {_quoted(text)}: ids are small letters from a to z, digits and "
            f"dashes, 1 to {LONGEST}"
        )
    return small


def typed_room_id(text: str) -> str:
    """An id as people type it: also with spaces around it, or in the wide letters of an IME.

    Raises:
        ValueError: as `room_id`.
    """
    try:
        return room_id(unicodedata.normalize("NFKC", text[: 4 * LONGEST]).strip())
    except ValueError:
        return room_id(text)  # to be told what was typed


def _quoted(text: str) -> str:
    shown = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
    return f"'{shown}'" if shown.isprintable() else ascii(shown)
