"""Emoji written as short codes: one that stands free becomes its picture where it is typed.

So what is sent is what was seen. A code is taken back when the word goes on: the colons were those
of a place in a file, then.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_COLON: Final = ":"
_OPENING: Final = frozenset("([{\"'“‘«¿¡")
_CLOSING: Final = frozenset(")]}\"'”’».,;!?…")


@dataclass(frozen=True, slots=True)
class Change:
    """What to do in place of inserting what was typed."""

    back: int
    """Characters before the cursor that go."""
    text: str
    """What comes in their place."""


class ShortCodes:
    """Watches one line being typed."""

    def __init__(self, named: Callable[[str], str | None]) -> None:
        """`named` knows the emoji of a name, in small letters."""
        self._named = named
        self._made: tuple[str, str] | None = None
        """The text up to the picture that was just made, and its code."""

    def typed(self, character: str, before: str, after: str) -> Change | None:
        """What a character means, other than itself.

        Args:
            before, after: what stands on both sides of the cursor.
        """
        made, self._made = self._made, None
        if made is not None and made[0] == before and _goes_on(character):
            return Change(len(self._picture(made[1])), made[1] + character)
        if character != _COLON or not _ends(after):
            return None
        start = before.rfind(_COLON)
        code = before[start:] + _COLON
        if start < 0 or not _stands_free(before[:start]):
            return None
        picture = self._picture(code)
        if not picture:
            return None
        self._made = before[:start] + picture, code
        return Change(len(before) - start, picture)

    def rubbed_out(self, before: str) -> Change | None:
        """What it means to delete the character before the cursor: a picture is its code again."""
        made, self._made = self._made, None
        if made is None or made[0] != before:
            return None
        return Change(len(self._picture(made[1])), made[1])

    def _picture(self, code: str) -> str:
        name = code[1:-1].casefold()
        return (self._named(name) or "") if name else ""


def _goes_on(character: str) -> bool:
    """Whether a word that ends with a code goes on with that; another code may begin."""
    return not (character.isspace() or character in _CLOSING or character == _COLON)


def _ends(after: str) -> bool:
    return not after or after[0].isspace() or after[0] in _CLOSING


def _stands_free(before: str) -> bool:
    last = before[-1:]
    return (
        not last
        or last.isspace()
        or last in _OPENING
        or unicodedata.category(last) == "So"  # right behind another picture
    )
