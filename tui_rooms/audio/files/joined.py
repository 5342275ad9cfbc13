"""Files that were put behind one another, as `cat a.wav b.wav` does, told apart again.

FFmpeg itself reads joined files of some kinds to the end: MP3, AAC, MPEG transport streams. Of
those here it would read only the first, or stumble over the second.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

_CHUNK: Final = 32_768
_LONGEST_MARK: Final = 12


class _Kind(NamedTuple):
    begins: "re.Pattern[bytes]"
    """How such a file begins."""
    page: "re.Pattern[bytes] | None" = None
    """What else there may be only one of at its beginning, and then others: pages of Ogg, of which
    each stream inside has a first one."""


_KINDS: Final = (
    _Kind(re.compile(rb"RIFF.{4}WAVE", re.DOTALL)),
    _Kind(re.compile(rb"fLaC\x00\x00\x00\x22")),
    _Kind(re.compile(rb"OggS\x00[\x02\x06]"), re.compile(rb"OggS\x00[\x00\x01\x04\x05]")),
)


def may_be_joined(path: Path) -> bool:
    """Whether a file is of a kind that has to be looked at here.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _kind(file.read(_LONGEST_MARK)) is not None


class JoinedFile:
    """A file object that ends where the next file begins; `go_on` goes there.

    Args:
        name: of the file: FFmpeg guesses by its end, too.
        read: gives at most so many bytes of the whole, none at its end.
    """

    def __init__(self, name: str, read: Callable[[int], bytes]) -> None:
        self.name = name
        self._read = read
        self._held = b""
        """What was read of the whole and is not given yet."""
        self._ended = False
        """Whether there is no more to read."""
        self._begin()

    def read(self, size: int) -> bytes:
        """At most so many bytes of the file that it is at; none at its end."""
        while True:
            given, left = self._held[: min(size, self._sure)], self._sure
            if left or self._at_mark:
                self._held = self._held[len(given) :]
                self._sure -= len(given)
                return given
            if self._ended:
                return b""
            self._fill()

    def go_on(self) -> bool:
        """Go to the next file, over what was not read of this one; False where there is none."""
        while self.read(_CHUNK):
            pass
        if not self._at_mark:
            return False
        self._begin()
        return True

    def _begin(self) -> None:
        self._kind: _Kind | None = None
        self._known = False
        """Whether its kind has been looked for."""
        self._sure = 0
        """Bytes of what is held that are of this file."""
        self._at_mark = False
        """Whether the next file begins behind those."""
        self._may_end = False
        """Whether a mark would be that of another file."""
        self._look()

    def _fill(self) -> None:
        fresh = self._read(_CHUNK)
        self._held += fresh
        self._ended = not fresh
        self._look()

    def _look(self) -> None:
        """Find out how much of what is held is of this file."""
        begin = self._sure
        if not self._known:
            if len(self._held) < _LONGEST_MARK and not self._ended:
                return
            self._kind = _kind(self._held)
            self._known = True
            self._may_end = self._kind is not None and self._kind.page is None
            begin = 1  # not at its own mark
        # A mark may be cut in two by the end of what is held.
        sure = len(self._held) if self._ended else max(begin, len(self._held) - _LONGEST_MARK)
        if self._kind is not None:
            mark = self._mark(self._kind, begin)
            if mark is not None:
                sure, self._at_mark = mark, True
        self._sure = min(sure, len(self._held))

    def _mark(self, kind: _Kind, begin: int) -> int | None:
        """Where the next file begins in what is held."""
        if not self._may_end and kind.page is not None:
            page = kind.page.search(self._held, begin)
            if page is None:
                return None
            self._may_end, begin = True, page.end()
        found = kind.begins.search(self._held, begin)
        return None if found is None else found.start()


def _kind(beginning: bytes) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.begins.match(beginning)), None)
