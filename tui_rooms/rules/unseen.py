"""Characters that show nothing: blanks, joiners, selectors, marks without a letter."""

import unicodedata
from typing import Final

_WHITE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_EMPTY: Final = "\xad\u115f\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2800\u3164\ufeff\uffa0"
"""Blanks and fillers that mean nothing at an end. Joiners, selectors and direction marks are not
among them: there they belong to the character before."""
_ENDS: Final = _WHITE + _EMPTY
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols by their category that are drawn as nothing."""
# Vowels and final consonants of Hangul that did not compose hang on a consonant; the colours of a
# skin on a picture.
_HANGING: Final = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), range(0x1F3FB, 0x1F400))
# Selectors, tags and what is kept free for their like.
_IGNORED: Final = (range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
_SEEN: Final = frozenset("LNPS")


def trimmed(text: str) -> str:
    """The text without white space and blanks at its ends."""
    return text.strip(_ENDS)


def shows(text: str) -> bool:
    """Whether any of it is to be seen by itself."""
    return any(map(is_seen, text))


def is_seen(character: str) -> bool:
    """Whether it shows something by itself; marks, joiners and spaces do not."""
    code, category = ord(character), unicodedata.category(character)
    if category == "Cn":  # a letter or a picture that is younger than our tables
        return not any(code in span for span in _IGNORED)
    return (
        category[0] in _SEEN
        and character not in _BLANK_LETTERS
        and not any(code in span for span in _HANGING)
    )


def is_hidden(character: str) -> bool:
    """Whether it makes no difference to the eye: neither a blank nor a mark, which do."""
    code = ord(character)
    if any(code in span for span in _IGNORED):
        return True
    return not is_seen(character) and unicodedata.category(character) not in ("Zs", "Mn", "Mc")
