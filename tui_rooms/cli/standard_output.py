"""Standard output and standard error as any text may be printed on them, and is told if not."""

import codecs
import contextlib
import io
import os
import sys
from typing import Final

READABLE: Final = "tui-rooms.readable"
"""What to do with characters that a locale lacks; a name for `errors`."""
_NEAR: Final = {
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "→": "->",
    "←": "<-",
    "↑": "^",
    "×": "x",
    "·": "-",
    "●": "*",
    "✓": "+",
    "✗": "x",
    "▃": "|",
    "▸": ">",
    "±": "+/-",
    "\ufffd": "?",
}
"""What this program's own signs become where there is only ASCII."""


def take_any_text() -> None:
    """Make printing safe: characters that the locale lacks are replaced, nobody's end is missing.

    Signs become what is near to them, and letters an escape such as `\\u7f8e`, so that nothing is
    lost. A stream that was closed by whoever started us leads nowhere.
    """
    _fill_descriptors()
    codecs.register_error(READABLE, _readable)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=READABLE)


def complain(sentence: str) -> None:
    """Say it on standard error, if anybody can be told there; nothing that a terminal acts on."""
    from tui_rooms.tui.drawing.cells import shown

    with contextlib.suppress(OSError, ValueError):
        print(f"tui-rooms: {shown(sentence)}", file=sys.stderr, flush=True)


def write_out() -> OSError | None:
    """Write what is still to be written on standard output; why not, if it cannot be.

    Then it leads nowhere from now on: Python must not complain of it at its end.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return error
    return None


def _fill_descriptors() -> None:
    """No socket or file gets a number that means a standard stream to a library."""
    while (lowest := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(lowest)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """See `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(map(_near, bad)), error.end


def _near(character: str) -> str:
    if "\ud800" <= character <= "\udfff":
        return "?"  # a byte that was no text
    near = _NEAR.get(character)
    return near or character.encode("ascii", "backslashreplace").decode("ascii")
