"""Standard input as text, whatever its bytes are."""

import io
import sys
from typing import TextIO


def standard_input() -> TextIO:
    """Bytes that are none of the locale's text become U+FFFD; nothing when it is closed."""
    if sys.stdin is None:
        return io.StringIO()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin
