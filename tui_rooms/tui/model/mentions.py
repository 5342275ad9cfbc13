"""Whom a message calls with an @: people by their whole name, the longest that is present.

Those who are told apart by a mark are called with it, or all of them without.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from tui_rooms.tui.model.marks import unmarked

_AT: Final = "@"
_CONNECTORS: Final = frozenset(".-_@\u2010\u2011\xb7")
"""Between letters they make one word of two: an address, a double name."""
_JOINERS: Final = frozenset("\u200c\u200d")
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
"""Scripts in which a word ends without a space; in another script what follows is another word."""


def mentions(text: str, name: str, names: Collection[str]) -> bool:
    """Whether a text calls that name.

    Args:
        names: of everybody who may be called; "@Ana Bel" calls no Ana when an Ana Bel is there.
    """
    if _AT not in text:
        return False  # nearly always
    everybody = frozenset(names)
    text, mine = _folded(text), _forms(name, everybody)
    if not any(f"{_AT}{form}" in text for form in mine):
        return False
    # Whatever longer name stands where mine does begins with it.
    forms = mine | {
        form
        for one in everybody
        for form in _forms(one, everybody)
        if any(map(form.startswith, mine))
    }
    return any(_longest(forms, text, start) in mine for start in _calls(text))


def _forms(name: str, names: Collection[str]) -> set[str]:
    """What somebody is called by: the name, and without a mark if nobody else is called so."""
    short = unmarked(name)
    return {_folded(form) for form in (name, name if short in names else short) if form}


def _longest(forms: Iterable[str], text: str, start: int) -> str:
    """The longest that stands there; empty when none does."""
    return max((form for form in forms if _stands(form, text, start)), key=len, default="")


def _calls(text: str) -> Iterator[int]:
    """Where a name begins: after each @ that is no part of a word, as that of an address is."""
    at = text.find(_AT)
    while at >= 0:
        if at == 0 or not _in_word(text[at - 1]):
            yield at + 1
        at = text.find(_AT, at + 1)


def _stands(name: str, text: str, start: int) -> bool:
    """Whether that whole name is there, and no longer word."""
    end = start + len(name)
    if not text.startswith(name, start):
        return False
    last, rest = name[-1], text[end:]
    if not rest or not _in_word(last):
        return True
    if rest[0] in _CONNECTORS:
        return not (len(rest) > 1 and _in_word(rest[1]))
    return not _in_word(rest[0]) or _script(last) != _script(rest[0])


def _in_word(character: str) -> bool:
    return character in _JOINERS or character == "_" or unicodedata.category(character)[0] in "LMN"


def _script(character: str) -> str:
    """Which of the scripts without spaces it is of; all others are one, and so are marks."""
    name = unicodedata.name(character, "")
    return next((script for script in _UNSPACED if name.startswith(script)), "")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
