"""Standard output and standard error as any text may be printed on them, and is told if not."""

import codecs
import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing_extensions import Buffer

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


class OutputLostError(Exception):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.is_unread = isinstance(error, BrokenPipeError)
        """Whoever read it has enough."""
        self.reason = error.strerror


class _StandardOutput(io.FileIO):
    """Tells an output that is lost from whatever else a system may refuse to a command."""

    def write(self, data: "Buffer") -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputLostError(error) from error


def take_any_text() -> None:
    """Make printing safe: characters that the locale lacks are replaced, nobody's end is missing.

    Signs become what is near to them, and letters an escape such as `\\u7f8e`, so that nothing is
    lost. A stream that was closed by whoever started us leads nowhere.
    """
    _fill_descriptors()
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for good
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good
    elif isinstance(sys.stdout, io.TextIOWrapper):
        if not sys.stdout.isatty():  # there Windows has a way of its own, which Python knows
            sys.stdout = _as_told(sys.stdout)
        sys.stdout.reconfigure(errors=READABLE)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors=READABLE)


def complain(sentence: str) -> None:
    """Say it on standard error, if anybody can be told there; nothing that a terminal acts on."""
    from tui_rooms.rules.printed import printed

    with contextlib.suppress(OSError, ValueError):
        print(f"tui-rooms: {printed(sentence)}", file=sys.stderr, flush=True)


def write_out() -> OutputLostError | None:
    """Write what is still to be written on standard output; why not, if it cannot be."""
    try:
        sys.stdout.flush()
    except OutputLostError as lost:
        lead_nowhere()
        return lost
    except OSError as error:  # a terminal that is gone
        lead_nowhere()
        return OutputLostError(error)
    return None


def lead_nowhere() -> None:
    """Forget what is still to be written: Python must not complain of it at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _as_told(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, with losses of our own and any text."""
    raw = _StandardOutput(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        raw if stream.write_through else io.BufferedWriter(raw),
        encoding=stream.encoding,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _fill_descriptors() -> None:
    """No socket or file gets a number that means a standard stream to a library."""
    while (lowest := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(lowest)


def _readable(error: UnicodeError) -> tuple[str | bytes, int]:
    """See `codecs.register_error`; one character at a time."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _near(error.object[error.start]), error.start + 1


def _near(character: str) -> str | bytes:
    if "\udc80" <= character <= "\udcff":
        # A byte of a file's name that is no text: whoever reads the name finds the file.
        return bytes([ord(character) - 0xDC00])
    return _NEAR.get(character) or character.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(READABLE, _readable)
