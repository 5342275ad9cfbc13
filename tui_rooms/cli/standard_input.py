"""Standard input as text, whatever its bytes are."""

import codecs
import io
import os
import sys
from collections.abc import Iterator
from typing import Final, TextIO

_LONGEST: Final = 100_000
"""Characters of a line that is typed or piped; the rest of it is another one."""


def standard_input() -> TextIO:
    """Bytes that are none of the locale's text become U+FFFD; nothing when it is closed."""
    if sys.stdin is None:
        return io.StringIO()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin


def is_attended() -> bool:
    """Whether it is a terminal, where somebody reads and answers."""
    return sys.stdin is not None and sys.stdin.isatty()


def lines() -> Iterator[str]:
    """Its lines as they come, with bytes that are no text replaced.

    Read past Python's own buffer: a thread that waits in there would abort the program's end.
    """
    if sys.stdin is None:
        return
    decode = codecs.getincrementaldecoder(sys.stdin.encoding)("replace").decode
    begun = ""
    while data := os.read(sys.stdin.fileno(), 65536):
        *whole, begun = (begun + decode(data)).split("\n")
        yield from whole
        if len(begun) > _LONGEST:
            yield begun
            begun = ""
    if begun := begun + decode(b"", final=True):
        yield begun
