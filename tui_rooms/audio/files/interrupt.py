"""Reading from what may not give anything for a long time, until somebody says stop."""

import os
import stat
import sys
from pathlib import Path
from typing import Final, Self

if sys.platform == "win32":
    _MODE: Final = os.O_RDONLY | os.O_BINARY
else:
    _MODE: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class Interrupt:
    """Wakes whoever reads a `SlowFile`, from any thread, now or later."""

    def __init__(self) -> None:
        self._set = False
        self._wakes, self._rings = os.pipe()

    def set(self) -> None:
        """Nothing more is to be read. A second time changes nothing."""
        if not self._set:
            self._set = True
            os.close(self._rings)  # who waits for the other end sees the end

    def is_set(self) -> bool:
        """Whether nothing more is to be read."""
        return self._set

    def fileno(self) -> int:
        """Readable once it is set."""
        return self._wakes

    def __del__(self) -> None:
        self.set()
        os.close(self._wakes)


class SlowFile:
    """A pipe, a terminal or another device as a file object, whose reading can be interrupted.

    Opening it never waits: nor does a named pipe that nobody writes into yet.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, interrupt: Interrupt) -> None:
        self.name = path.name
        """FFmpeg guesses what it is by its end, too."""
        self._interrupt = interrupt
        self._file = os.open(path, _MODE)

    def read(self, size: int) -> bytes:
        """What there is, at most so many bytes; waits until there is something.

        Returns:
            Nothing at its end, or once it is interrupted.
        """
        while not self._interrupt.is_set():
            self._wait()
            try:
                return b"" if self._interrupt.is_set() else os.read(self._file, size)
            except BlockingIOError:
                continue  # another reader was faster
        return b""

    def close(self) -> None:
        """Let it go; a second time changes nothing."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self) -> None:
        if sys.platform == "win32":
            return  # nothing there can be waited for; reading blocks
        import select

        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        poll.register(self._interrupt, select.POLLIN)
        poll.poll()


def is_slow(path: Path) -> bool:
    """Whether reading it may have to wait for somebody.

    Raises:
        OSError: it is not there.
    """
    mode = path.stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
