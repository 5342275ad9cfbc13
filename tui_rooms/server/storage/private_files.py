"""Files that only their owner reads, from their making; and what others can read is said."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_DIRECTORY: Final = 0o700
MOST_BYTES: Final = 65_536
"""Of a small file that is read whole."""
_BESIDE_A_DATABASE: Final = ("", "-wal", "-shm", "-journal")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_directory(path: Path) -> None:
    """Make a directory, for its owner alone, unless it is there.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)


def make_file(path: Path) -> None:
    """Make an empty file, and its directory, for their owner alone, unless they are there.

    SQLite gives the files that it makes beside a database the mode of that.

    Raises:
        OSError: it cannot be made, or is no regular file.
    """
    make_directory(path.parent)
    # A pipe would be waited for.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, PRIVATE_FILE)
    try:
        _check_regular(handle, path)
    finally:
        os.close(handle)


def read_small(path: Path) -> str:
    """The text of a small file.

    Raises:
        OSError: it cannot be read, is no regular file, or is not small.
        UnicodeDecodeError: it is not UTF-8.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        _check_regular(file.fileno(), path)
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it is longer than {MOST_BYTES} bytes", str(path))
    return content.decode("utf-8")


def closed_to_others(directory: Path, names: Iterable[str]) -> Iterator[str]:
    """Close the files of those names, and what SQLite has beside them, to all but their owner.

    The directory stays as it is: it may hold other things, and be meant for others.

    Yields:
        A sentence for each file that was not closed, and for a directory that is not.
    """
    for path in (directory / (name + beside) for name in names for beside in _BESIDE_A_DATABASE):
        mode = _mode(path)
        if mode is None or not stat.S_ISREG(mode) or not mode & _OTHERS:
            continue
        was = f"{path} holds secrets, and others on this machine could use it (mode {_octal(mode)})"
        try:
            _close(path)
        except OSError as exc:
            yield f"{was}; it cannot be closed to them ({exc.strerror}): give it to this user alone"
        else:
            yield f"{was}: it is closed to them now (0600)"
    mode = _mode(directory)
    if mode is not None and mode & _OTHERS:
        yield (
            f"others on this machine can look into {directory} (mode {_octal(mode)}), which holds "
            f"secrets: close it with: chmod 700 {directory}"
        )


def _close(path: Path) -> None:
    if path.is_symlink():
        # Whoever could put it there would choose what is closed, by whoever runs the server.
        raise OSError(errno.ELOOP, "it is a link", str(path))
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        os.fchmod(handle, PRIVATE_FILE)
    finally:
        os.close(handle)


def _check_regular(handle: int, path: Path) -> None:
    mode = os.fstat(handle).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None  # whoever needs it says what is wrong


def _octal(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"
