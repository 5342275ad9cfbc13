"""Text of other people, made safe to print, and otherwise whole.

For pipes, logs and screen readers, where no cell is counted: joiners, vowels and marks of any
script stay, which a screen of cells leaves out (see `tui.drawing.cells`).
"""

import unicodedata
from typing import Final

from tui_rooms.rules.text import is_acted_on, with_plain_breaks

UNKNOWN: Final = "\ufffd"
_MARKS: Final = 16
"""Marks on one letter; no script needs as many, and more would climb over the lines above."""


def printed(text: str) -> str:
    """On one line: its lines with a space between them, and U+FFFD for what a terminal acts on."""
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    marks = 0
    for character in with_plain_breaks(text).replace("\n", " "):
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= _MARKS:
            out.append(UNKNOWN if is_acted_on(character) else character)
    return "".join(out)


def printed_lines(text: str, indent: str) -> list[str]:
    """Each of its lines by itself; all but the first behind `indent`, so that none is mistaken."""
    first, *others = with_plain_breaks(text).split("\n")
    return [printed(first), *(indent + printed(line) for line in others)]
