"""A file that is being written: what was written to it is in it, whatever becomes of us."""

import errno
import os
import stat
import sys
from pathlib import Path


class Output:
    """Nothing is held back here. Writing blocks as long as the disk does.

    Args:
        path: an existing file is replaced; a pipe that nobody reads is refused.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        if sys.platform == "win32":
            flags |= os.O_BINARY
        else:
            # With O_NONBLOCK a pipe without a reader is an error, and no wait without an end.
            flags |= os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._file = os.open(path, flags, 0o666)
        except OSError as problem:
            if problem.errno == errno.ENXIO:
                raise OSError(errno.ENXIO, "it is a pipe, and nobody reads it") from problem
            raise
        if sys.platform != "win32":
            os.set_blocking(self._file, True)
        self.is_stream = not stat.S_ISREG(os.fstat(self._file).st_mode)
        """Whether what was written cannot be mended later, as in a pipe."""

    def write(self, data: bytes) -> None:
        """Append all of it.

        Raises:
            OSError: the disk is full, for instance.
        """
        left = memoryview(data)
        while left:
            left = left[os.write(self._file, left) :]

    def write_beginning(self, data: bytes) -> None:
        """Replace the first bytes, and go on at the end.

        Raises:
            OSError: as `write`.
        """
        os.lseek(self._file, 0, os.SEEK_SET)
        self.write(data)
        os.lseek(self._file, 0, os.SEEK_END)

    def close(self) -> None:
        """Let it go; a second time changes nothing.

        Raises:
            OSError: what was written did not reach the disk; some network disks tell it only now.
        """
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
