"""Text of other people, made safe for a terminal and exactly as wide as its place.

Terminals disagree about the width of joined emoji, variation selectors and flags. So these are
taken apart into characters about whose width they agree.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len

ELLIPSIS: Final = "…"
UNKNOWN: Final = "\ufffd"
_MARKS_A_CHARACTER: Final = 2
"""More combining marks than this on one character climb into the lines above."""
_REGIONAL_A: Final = 0x1F1E6
_REGIONAL_Z: Final = 0x1F1FF
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_VARIATIONS: Final = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


@lru_cache(4096)
def shown(text: str) -> str:
    """The text as it may stand on the screen: one line, nothing that a terminal acts on.

    Control characters, lone surrogates and private characters become U+FFFD, line breaks a
    space; joiners, direction marks and variation selectors go; a flag becomes its two letters.
    """
    if text.isascii() and text.isprintable():
        return text  # most text is, and each of its characters stays
    out: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        code = ord(character)
        category = unicodedata.category(character)
        if category in {"Mn", "Mc", "Me"} and cell_len(character) == 0:
            marks += 1
            # An enclosing mark (a keycap) makes some terminals draw two cells, others one.
            joins = category != "Me" and code not in _VARIATIONS
            if joins and out and marks <= _MARKS_A_CHARACTER:
                out.append(character)
            continue
        marks = 0
        if character in "\n\r\t\u2028\u2029" or category == "Zs":
            out.append(" ")
        elif category in {"Cc", "Cs", "Co", "Cn"}:
            out.append(UNKNOWN)
        elif category == "Cf" or code in _SKIN_TONES:
            continue
        elif _REGIONAL_A <= code <= _REGIONAL_Z:
            out.append(chr(ord("A") + code - _REGIONAL_A))
        elif cell_len(character) == 0:
            # Conjoining parts of a syllable that did not compose: alone they have no width.
            continue
        else:
            out.append(character)
    return "".join(out)


def width_of(text: str) -> int:
    """Cells that `shown(text)` takes."""
    return cell_len(shown(text))


@lru_cache(8192)
def fit(text: str, width: int) -> str:
    """The text, safe, in exactly `width` cells: cut with an ellipsis, or filled with spaces.

    Args:
        width: 0 or more; nothing is drawn in 0 cells.
    """
    safe = shown(text)
    free = width - cell_len(safe)
    if free >= 0:
        return safe + " " * free
    return _cut(safe, width)


def clip(text: str, width: int) -> str:
    """The text, safe, in at most `width` cells: cut with an ellipsis, never filled."""
    safe = shown(text)
    return safe if cell_len(safe) <= width else _cut(safe, width).rstrip(" ")


def _cut(safe: str, width: int) -> str:
    if width <= 0:
        return ""
    room = width - 1
    kept: list[str] = []
    for character in safe:
        cells = cell_len(character)
        if cells > room:
            break
        room -= cells
        kept.append(character)
    # A wide glyph that did not fit leaves one cell over.
    return "".join(kept) + ELLIPSIS + " " * room
